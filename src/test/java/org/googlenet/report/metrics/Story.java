package org.googlenet.report.metrics;

import static org.googlenet.report.GoogLeNetHeads.heads;

import java.time.Duration;
import java.util.List;
import org.googlenet.report.RoundTime;
import org.googlenet.report.TrainingEvent;

/** Events of a training. */
final class Story {

  private Story() {}

  static TrainingEvent started() {
    return new TrainingEvent.RunStarted(
        "monday", "runs/monday", "onednn", "fp32", "avx512", 2, 0, 4, 40, 6_000_000, 10_000);
  }

  static TrainingEvent timed(int round, double seconds) {
    return new TrainingEvent.RoundTimed(
        round, seconds, new RoundTime(1, 0.5, Double.NaN, 2, 5, 1, 0.5, List.of()));
  }

  /** A round of which this share went into local steps. */
  static TrainingEvent done(int round, double inSteps) {
    return new TrainingEvent.RoundFinished(
        round,
        40,
        16L * round,
        1,
        2_048L * round,
        0,
        3,
        heads(0.8125, 1.5, 2),
        heads(1.25, 0.5),
        heads(0.01, Double.NaN, 0.75),
        0.01,
        204.8,
        1 - inSteps,
        0.125,
        Duration.ofSeconds(390));
  }

  static TrainingEvent evaluated(int round) {
    return new TrainingEvent.Evaluated(round, 0.5, 0.875, 1_000, 0, heads(1.5, 1.75, 2.25));
  }

  static TrainingEvent written(String name) {
    return new TrainingEvent.CheckpointWritten(
        name, 48_000_000, Duration.ofMillis(1_500), Duration.ZERO);
  }

  static TrainingEvent failed(int code) {
    return new TrainingEvent.RunFailed("monday", "runs/monday", code, "the disk is full");
  }
}
