package org.googlenet.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.averaging.Average;
import org.googlenet.averaging.OuterOptimizer;
import org.googlenet.averaging.OwnRounds;
import org.googlenet.averaging.RoundPlan;
import org.googlenet.averaging.Rounds;
import org.googlenet.averaging.TrainingState;
import org.googlenet.common.Span;
import org.googlenet.engine.EngineSpec;
import org.googlenet.training.TrainingSetup;

/**
 * A round of a training in one process, as Java's flight recorder has seen it: what each thread did
 * and when.
 *
 * <p>It is the second round of the training, if there is one: in the first, networks are built and
 * memory is touched for the first time.
 *
 * @param number of the round, from 1
 * @param workers of the recipe
 * @param spans in the order of their beginning; the first is the round itself
 */
public record RoundTrace(int number, int workers, List<TimedSpan> spans) {

  static final String ROUND = "round";
  private static final String PAUSE = "jdk.GCPhasePause";
  private static final String COLLECTION = "garbage collection";

  public RoundTrace {
    spans = List.copyOf(spans);
  }

  /**
   * A stretch of a thread's time, in nanoseconds from the round's beginning.
   *
   * @param number {@link Span#NONE} if it has none
   */
  public record TimedSpan(
      long thread, String threadName, String part, int number, long start, long end) {

    /** Whether another lies in it, in the same thread. */
    boolean contains(TimedSpan other) {
      return thread == other.thread && start <= other.start && other.end <= end;
    }
  }

  /** Seconds that the round took. */
  public double seconds() {
    return (spans.get(0).end - spans.get(0).start) / 1e9;
  }

  /** Runs the rounds and records the last of them. */
  static RoundTrace of(JavaSparkContext spark, TrainingSetup setup, EngineSpec engine) {
    RoundPlan plan = setup.plan();
    try (Rounds rounds =
        new OwnRounds(
            spark, setup.recipe(), plan, setup.train(), engine, UnaryOperator.identity())) {
      TrainingState state = setup.beginning();
      if (plan.rounds() > 1) {
        state = run(rounds, setup, state);
      }
      return recorded(rounds, setup, state);
    }
  }

  private static TrainingState run(Rounds rounds, TrainingSetup setup, TrainingState state) {
    RoundPlan.PlannedRound planned = setup.plan().round(state.round());
    try (Span round = Span.of(ROUND, planned.number() + 1)) {
      Average average = rounds.run(state, planned);
      try (Span update = Span.of("update")) {
        OuterOptimizer outer = setup.outer(planned.section().epoch());
        return state.after(average, planned.steps(), outer, setup.learningRate(planned.step()));
      }
    }
  }

  private static RoundTrace recorded(Rounds rounds, TrainingSetup setup, TrainingState state) {
    Path file = null;
    try (Recording recording = new Recording()) {
      recording.enable(Span.EVENT).withoutThreshold().withoutStackTrace();
      recording.enable(PAUSE).withoutThreshold();
      recording.start();
      int number = run(rounds, setup, state).round();
      recording.stop();
      file = Files.createTempFile("googlenet-profile", ".jfr");
      recording.dump(file);
      List<RecordedEvent> events = RecordingFile.readAllEvents(file);
      return of(number, setup.recipe().averaging().workers(), events);
    } catch (IOException e) {
      throw new UncheckedIOException("the flight recorder's file in java.io.tmpdir", e);
    } finally {
      delete(file);
    }
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      file.toFile().deleteOnExit();
    }
  }

  private static RoundTrace of(int number, int workers, List<RecordedEvent> events) {
    RecordedEvent round = events.stream().filter(e -> isRound(e)).findFirst().orElseThrow();
    List<TimedSpan> spans =
        events.stream()
            .filter(e -> e.getEndTime().isAfter(round.getStartTime()))
            .filter(e -> e.getStartTime().isBefore(round.getEndTime()))
            .map(e -> span(e, round))
            .sorted(
                Comparator.comparing((TimedSpan span) -> !span.part.equals(ROUND))
                    .thenComparingLong(TimedSpan::start)
                    .thenComparing(Comparator.comparingLong(TimedSpan::end).reversed()))
            .toList();
    return new RoundTrace(number, workers, spans);
  }

  private static boolean isRound(RecordedEvent event) {
    return event.getEventType().getName().equals(Span.EVENT)
        && event.getString("part").equals(ROUND);
  }

  /** What began before the round, or ends after it, is cut there. */
  private static TimedSpan span(RecordedEvent event, RecordedEvent round) {
    boolean isOurs = event.getEventType().getName().equals(Span.EVENT);
    Instant start = latest(event.getStartTime(), round.getStartTime());
    Instant end =
        event.getEndTime().isBefore(round.getEndTime()) ? event.getEndTime() : round.getEndTime();
    return new TimedSpan(
        isOurs ? event.getThread().getId() : Span.NONE,
        isOurs ? Optional.ofNullable(event.getThread().getJavaName()).orElse("") : COLLECTION,
        isOurs ? event.getString("part") : COLLECTION,
        isOurs ? event.getInt("number") : Span.NONE,
        ChronoUnit.NANOS.between(round.getStartTime(), start),
        ChronoUnit.NANOS.between(round.getStartTime(), end));
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
