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
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.CollectionAccumulator;
import org.googlenet.recipe.Recipe.Compression;

/**
 * Runs rounds, each from the average of the one before, and says where their time went and how many
 * bytes went through the driver.
 *
 * <p>A worker is looked at from outside: when it has the state and when it has a result ({@link
 * LocalTraining}), and after each local step ({@link CutSignal}); how long it was in the engine's
 * steps it tells itself ({@link RoundMetrics}). All clocks are those of this machine.
 */
final class RoundClock implements AutoCloseable {

  private static final Path IO = Path.of("/proc/self/io");

  private final JavaSparkContext spark;
  private final Averager averager;
  private final CollectionAccumulator<Mark> marks;
  private final StageLog stages = new StageLog();
  private TrainingState state;

  /**
   * A moment in a worker's round.
   *
   * @param micros since 1970
   * @param stepSeconds that the worker has spent in local steps, at its result
   */
  private record Mark(int worker, Event event, long micros, double stepSeconds)
      implements Serializable {

    static Mark now(int worker, Event event) {
      return new Mark(worker, event, RoundClock.now(), 0);
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
      marks.add(new Mark(worker, Event.RESULT, now(), result.metrics().stepSeconds()));
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

  /**
   * The moments of one worker, in microseconds since 1970.
   *
   * @param steps seconds in local steps
   */
  private record Lap(long state, long lastStep, long result, double steps) {

    static Lap of(List<Mark> marks) {
      Mark state = only(marks, Event.STATE);
      Mark result = only(marks, Event.RESULT);
      long[] steps =
          marks.stream()
              .filter(mark -> mark.event == Event.STEP)
              .mapToLong(Mark::micros)
              .sorted()
              .toArray();
      if (steps.length < 2) {
        return new Lap(
            state.micros, result.micros, result.micros, seconds(state.micros, result.micros));
      }
      return new Lap(state.micros, steps[steps.length - 1], result.micros, result.stepSeconds);
    }

    private static Mark only(List<Mark> marks, Event event) {
      return marks.stream().filter(mark -> mark.event == event).findFirst().orElseThrow();
    }
  }

  RoundClock(JavaSparkContext spark, Compression compression, TrainingState beginning) {
    this.spark = spark;
    this.averager = new Averager(spark, compression);
    this.state = beginning;
    this.marks = spark.sc().collectionAccumulator("moments of workers");
    spark.sc().addSparkListener(stages);
  }

  /** Where the rounds have come to. */
  TrainingState state() {
    return state;
  }

  /**
   * Runs a round.
   *
   * @param training makes the workers' training, given the cutSignal to ask after each local step;
   *     of one that does not ask, or makes one step only, all is taken as local steps
   */
  RoundCost time(int workers, Function<CutSignal, LocalTraining> training) {
    marks.reset();
    stages.forget();
    LocalTraining timed = new Timed(training.apply(new Watched(marks)), marks);
    long bytes = bytesOfThisProcess().orElse(0);
    long start = now();
    Average average = averager.average(state, workers, timed);
    long end = now();
    OptionalLong bytesAfter = bytesOfThisProcess();
    stages.catchUp(spark);
    state = state.after(average, average.metrics().steps(), OuterOptimizer.AVERAGE, 1);
    return new RoundCost(
        parts(start, end, laps()),
        bytesAfter.isPresent()
            ? OptionalLong.of(bytesAfter.getAsLong() - bytes)
            : OptionalLong.empty());
  }

  @Override
  public void close() {
    averager.close();
    spark.sc().removeSparkListener(stages);
  }

  private List<Lap> laps() {
    Map<Integer, List<Mark>> byWorker =
        marks.value().stream().collect(Collectors.groupingBy(Mark::worker));
    return byWorker.values().stream().map(Lap::of).toList();
  }

  private Map<String, Double> parts(long start, long end, List<Lap> laps) {
    Lap last = laps.stream().max(Comparator.comparingLong(Lap::result)).orElseThrow();
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("begin", seconds(start, stages.trainingStart()));
    parts.put("fetch", seconds(stages.trainingStart(), last.state));
    parts.put("wait", seconds(last.state, last.lastStep) - last.steps);
    parts.put(RoundCost.STEPS, last.steps);
    parts.put("read", seconds(last.lastStep, last.result));
    parts.put("keep", seconds(last.result, stages.trainingEnd()));
    parts.put("sum", seconds(stages.trainingEnd(), stages.averageEnd()));
    parts.put("receive", seconds(stages.averageEnd(), end));
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
