package org.googlenet.report.metrics;

import java.time.Clock;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.googlenet.report.Accuracy;
import org.googlenet.report.HeadValues;
import org.googlenet.report.RoundTime;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.Lease;
import org.googlenet.run.RunFiles;

/** Keeps the newest values of a training; other threads may read them at any time. */
final class NewestValues implements TrainingListener {

  private final Clock clock;
  private final NavigableMap<Series, Double> values = new ConcurrentSkipListMap<>();
  private final LastRounds lastRounds = new LastRounds();
  private final Goodput goodput = new Goodput();
  private volatile Lease lease;
  private double roundSeconds = Double.NaN;

  NewestValues(Clock clock) {
    this.clock = clock;
  }

  /** All values that are known, by metric and then by label. */
  NavigableMap<Series, Double> all() {
    NavigableMap<Series, Double> all = new TreeMap<>(values);
    Lease held = lease;
    if (held != null) {
      all.put(Series.of(Metric.LEASE_LEFT_SECONDS), left(held));
    }
    return all;
  }

  /** A value; NaN if it is not known. */
  double of(Series series) {
    Lease held = lease;
    return series.metric() == Metric.LEASE_LEFT_SECONDS && held != null
        ? left(held)
        : values.getOrDefault(series, Double.NaN);
  }

  private double left(Lease held) {
    return (held.deadline() - clock.millis()) / 1e3;
  }

  @Override
  public void begin(RunFiles files) {
    lease = files.lease();
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.RoundTimed round) {
      timed(round);
    } else if (event instanceof TrainingEvent.RoundFinished round) {
      done(round);
    } else if (event instanceof TrainingEvent.Evaluated evaluated) {
      evaluated(evaluated);
    } else if (event instanceof TrainingEvent.Mistaken evaluated) {
      set(Metric.EVALUATION_SECONDS, seconds(evaluated.took()));
    } else if (event instanceof TrainingEvent.CheckpointWritten written) {
      written(written);
    } else if (event instanceof TrainingEvent.Rewound rewound) {
      rewound(rewound);
    } else if (event instanceof TrainingEvent.Quarantined bad) {
      set(Metric.QUARANTINED_RECORDS, (double) bad.total());
    } else if (event instanceof TrainingEvent.Warned) {
      values.merge(Series.of(Metric.WARNINGS_TOTAL), 1.0, Double::sum);
    } else {
      beginsOrEnds(event);
    }
  }

  private void beginsOrEnds(TrainingEvent event) {
    if (event instanceof TrainingEvent.Waiting) {
      state(State.WAITING);
    } else if (event instanceof TrainingEvent.RunStarted started) {
      started(started);
    } else if (event instanceof TrainingEvent.Resumed resumed) {
      set(Metric.ROUND, resumed.round());
      set(Metric.STEP, (double) resumed.step());
    } else if (event instanceof TrainingEvent.RunFinished finished) {
      finished(finished.round(), finished.accuracy());
    } else if (event instanceof TrainingEvent.AlreadyFinished finished) {
      finished(finished.round(), finished.accuracy());
    } else if (event instanceof TrainingEvent.Interrupted interrupted) {
      set(Metric.ROUND, interrupted.round());
      ended(State.INTERRUPTED);
    } else if (event instanceof TrainingEvent.RunFailed failed) {
      set(Metric.EXIT_CODE, failed.exitCode());
      ended(State.FAILED);
    }
  }

  private void started(TrainingEvent.RunStarted started) {
    state(State.RUNNING);
    setNow(Metric.START_TIMESTAMP_SECONDS);
    set(Metric.ROUNDS_PLANNED, started.rounds());
    set(Metric.WORKERS, started.workers());
    // What grows begins at 0, or its first growth could not be seen.
    values.putIfAbsent(Series.of(Metric.WARNINGS_TOTAL), 0.0);
    set(Metric.REWINDS_TOTAL, 0);
  }

  private void timed(TrainingEvent.RoundTimed round) {
    roundSeconds = round.seconds();
    lastRounds.add(roundSeconds);
    set(Metric.ROUND_SECONDS, roundSeconds);
    set(Metric.ROUND_MEDIAN_SECONDS, lastRounds.median());
    RoundTime parts = round.parts();
    part("start", parts.start());
    part("load", parts.load());
    part("first_batch", parts.firstBatch());
    part("waiting", parts.waiting());
    part("steps", parts.steps());
    part("sum", parts.sum());
    part("update", parts.update());
  }

  private void part(String name, double seconds) {
    set(new Series(Metric.ROUND_PART_SECONDS, name), seconds);
  }

  private void done(TrainingEvent.RoundFinished round) {
    setNow(Metric.PROGRESS_TIMESTAMP_SECONDS);
    set(Metric.ROUND, round.round());
    set(Metric.ROUNDS_PLANNED, round.rounds());
    set(Metric.STEP, (double) round.step());
    set(Metric.EPOCH, round.epoch());
    set(Metric.EXAMPLES, (double) round.examples());
    set(Metric.REMAINING_SECONDS, seconds(round.remaining()));
    set(Metric.LOSS, round.loss());
    set(Metric.GRADIENT_NORM, round.gradientNorm());
    set(Metric.DEAD_UNITS_RATIO, round.deadUnits());
    set(Metric.LEARNING_RATE, round.learningRate());
    set(Metric.IMAGES_PER_SECOND, round.imagesPerSecond());
    set(Metric.WAITING_RATIO, round.waitShare());
    set(Metric.QUARANTINED_RECORDS, (double) round.quarantined());
    goodput.add(round.round(), (1 - round.outsideShare()) * roundSeconds);
    setGoodput();
  }

  private void setGoodput() {
    double since = of(Series.of(Metric.START_TIMESTAMP_SECONDS));
    set(Metric.GOODPUT_RATIO, goodput.seconds() / (now() - since));
  }

  private void evaluated(TrainingEvent.Evaluated evaluated) {
    setNow(Metric.PROGRESS_TIMESTAMP_SECONDS);
    set(Metric.TOP1_RATIO, evaluated.top1());
    set(Metric.TOP5_RATIO, evaluated.top5());
    evaluated
        .loss()
        .byHead()
        // One that is no number is not unknown here: the model gives it.
        .forEach((head, loss) -> values.put(new Series(Metric.VALIDATION_LOSS, head), loss));
    setGoodput();
  }

  private void written(TrainingEvent.CheckpointWritten written) {
    setNow(Metric.CHECKPOINT_TIMESTAMP_SECONDS);
    CheckpointId.parse(written.name()).ifPresent(id -> set(Metric.CHECKPOINT_ROUND, id.round()));
    set(Metric.CHECKPOINT_SECONDS, seconds(written.took()));
    set(Metric.CHECKPOINT_BYTES, (double) written.bytes());
  }

  private void rewound(TrainingEvent.Rewound rewound) {
    setNow(Metric.PROGRESS_TIMESTAMP_SECONDS);
    values.merge(Series.of(Metric.REWINDS_TOTAL), 1.0, Double::sum);
    set(Metric.ROUND, rewound.round());
    set(Metric.LEARNING_RATE, rewound.learningRate());
    goodput.backTo(rewound.round());
    setGoodput();
  }

  private void finished(int round, Accuracy accuracyOrNull) {
    set(Metric.ROUND, round);
    if (accuracyOrNull != null) {
      set(Metric.TOP1_RATIO, accuracyOrNull.top1());
      set(Metric.TOP5_RATIO, accuracyOrNull.top5());
    }
    set(Metric.EXIT_CODE, 0);
    ended(State.FINISHED);
  }

  private void ended(State how) {
    lease = null;
    setNow(Metric.END_TIMESTAMP_SECONDS);
    set(Metric.REMAINING_SECONDS, how == State.FINISHED ? 0 : Double.NaN);
    state(how);
  }

  private void state(State state) {
    for (State each : State.values()) {
      set(new Series(Metric.STATE, each.label()), each == state ? 1 : 0);
    }
  }

  private void set(Metric metric, HeadValues byHead) {
    byHead.byHead().forEach((head, value) -> set(new Series(metric, head), value));
  }

  private void setNow(Metric metric) {
    set(metric, now());
  }

  private double now() {
    return clock.millis() / 1e3;
  }

  private void set(Metric metric, double value) {
    set(Series.of(metric), value);
  }

  /** Sets a value; one that is not known (NaN) is left out. */
  private void set(Series series, double value) {
    if (Double.isNaN(value)) {
      values.remove(series);
    } else {
      values.put(series, value);
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
