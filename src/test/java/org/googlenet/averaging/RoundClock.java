package org.googlenet.averaging;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.CollectionAccumulator;
import org.googlenet.recipe.Recipe.Compression;

/**
 * Runs rounds and says where their time went and how many bytes went through the driver and through
 * the shuffle.
 *
 * <p>A worker is looked at from outside: when it has the state and when it has a result ({@link
 * LocalTraining}), and after each local step ({@link CutSignal}); how long it was in the engine's
 * steps it tells itself ({@link RoundMetrics}). When the first step began is taken from the mean
 * time between the ends of the steps. All clocks are those of this machine.
 */
final class RoundClock {

  private static final Path IO = Path.of("/proc/self/io");

  private final JavaSparkContext spark;
  private final Compression compression;
  private final CollectionAccumulator<Mark> marks;
  private final StageLog stages = new StageLog();

  /** A moment in a worker's round, in microseconds since 1970. */
  private record Mark(int worker, Event event, long micros) implements Serializable {

    static Mark now(int worker, Event event) {
      return new Mark(worker, event, RoundClock.now());
    }
  }

  private enum Event {
    STATE,
    STEP,
    RESULT
  }

  /** A training that tells when it begins and ends. */
  private record Timed(LocalTraining training, CollectionAccumulator<Mark> marks)
      implements LocalTraining {

    @Override
    public WorkerResult train(int worker, TrainingState state) throws Exception {
      marks.add(Mark.now(worker, Event.STATE));
      WorkerResult result = training.train(worker, state);
      marks.add(Mark.now(worker, Event.RESULT));
      return result;
    }
  }

  /** The cutSignal of a round that is never cut; it tells when a local step has ended. */
  private record Watched(CollectionAccumulator<Mark> marks) implements CutSignal {

    @Override
    public boolean isCut(int worker, long examples) {
      if (examples > 0) {
        marks.add(Mark.now(worker, Event.STEP));
      }
      return false;
    }

    @Override
    public boolean mayCut() {
      return false;
    }
  }

  /** The moments of one worker, in microseconds since 1970. */
  private record Lap(long state, long firstStep, long lastStep, long result) {

    static Lap of(List<Mark> marks) {
      long state = only(marks, Event.STATE);
      long result = only(marks, Event.RESULT);
      long[] steps =
          marks.stream()
              .filter(mark -> mark.event == Event.STEP)
              .mapToLong(Mark::micros)
              .sorted()
              .toArray();
      if (steps.length < 2) {
        return new Lap(state, state, result, result);
      }
      long first = steps[0];
      long last = steps[steps.length - 1];
      return new Lap(state, first - (last - first) / (steps.length - 1), last, result);
    }

    private static long only(List<Mark> marks, Event event) {
      return marks.stream()
          .filter(mark -> mark.event == event)
          .mapToLong(Mark::micros)
          .findFirst()
          .orElseThrow();
    }
  }

  RoundClock(JavaSparkContext spark, Compression compression) {
    this.spark = spark;
    this.compression = compression;
    this.marks = spark.sc().collectionAccumulator("moments of workers");
    spark.sc().addSparkListener(stages);
  }

  /**
   * Runs a round.
   *
   * @param training makes the workers' training, given the cutSignal to ask after each local step;
   *     of one that does not ask, or makes one step only, all is taken as local steps
   */
  RoundCost time(TrainingState state, int workers, Function<CutSignal, LocalTraining> training) {
    marks.reset();
    stages.forget();
    LocalTraining timed = new Timed(training.apply(new Watched(marks)), marks);
    long bytes = bytesOfThisProcess().orElse(0);
    long start = now();
    Average average = Round.run(spark, state, workers, timed, compression);
    long end = now();
    OptionalLong bytesAfter = bytesOfThisProcess();
    stages.catchUp(spark);
    List<Lap> laps = laps();
    return new RoundCost(
        seconds(start, end),
        average.metrics().stepSeconds(),
        parts(start, end, laps),
        bytesAfter.isPresent()
            ? OptionalLong.of(bytesAfter.getAsLong() - bytes)
            : OptionalLong.empty(),
        stages.shuffleBytes());
  }

  private List<Lap> laps() {
    Map<Integer, List<Mark>> byWorker =
        marks.value().stream().collect(Collectors.groupingBy(Mark::worker));
    return byWorker.values().stream().map(Lap::of).toList();
  }

  private Map<String, Double> parts(long start, long end, List<Lap> laps) {
    Lap last = laps.stream().max(Comparator.comparingLong(Lap::result)).orElseThrow();
    long[] moments = {
      start,
      stages.trainingStart(),
      last.state,
      last.firstStep,
      last.lastStep,
      last.result,
      stages.trainingEnd(),
      stages.averageEnd(),
      end
    };
    Map<String, Double> parts = new LinkedHashMap<>();
    IntStream.range(0, RoundCost.PARTS.size())
        .forEach(i -> parts.put(RoundCost.PARTS.get(i), seconds(moments[i], moments[i + 1])));
    return parts;
  }

  private static long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  private static double seconds(long from, long to) {
    return (to - from) / 1e6;
  }

  /** What this process has read and written by system calls so far: sockets and files. */
  private static OptionalLong bytesOfThisProcess() {
    if (!Files.isReadable(IO)) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(
          Files.readAllLines(IO).stream()
              .filter(line -> line.startsWith("rchar:") || line.startsWith("wchar:"))
              .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length()).trim()))
              .sum());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
