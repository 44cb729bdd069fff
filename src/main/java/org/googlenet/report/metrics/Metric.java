package org.googlenet.report.metrics;

import java.util.Locale;

/**
 * The values of a training that are shown to monitoring, by Prometheus' conventions: base units in
 * the names, times as seconds since 1970, {@code _total} for what only grows while a driver works.
 *
 * <p>A value that is not known is left out. The constants' names are those of the metrics in
 * capitals, and dashboards and alerts know them: a name stays as it is.
 */
public enum Metric {
  STATE("state", "1 for the state that the training is in, 0 for the others."),
  EXIT_CODE("Exit code of the driver; only of a training that has finished or failed."),
  START_TIMESTAMP_SECONDS("When this driver began to train."),
  PROGRESS_TIMESTAMP_SECONDS("When a round or an evaluation was last done."),
  END_TIMESTAMP_SECONDS("When the training ended; only of one that has."),

  ROUND("Rounds done."),
  ROUNDS_PLANNED("Rounds of the whole training."),
  WORKERS("Workers of a round."),
  STEP("Global steps done."),
  EPOCH("Epoch of the last round, from 1."),
  EXAMPLES("Examples trained on since the run began."),
  REMAINING_SECONDS("Time to the end at the last round's rate, without evaluations."),

  LOSS("head", "Loss of each head in the last round, in nats, before the recipe's weights."),
  VALIDATION_LOSS("head", "Loss of each head in the last evaluation, in nats."),
  TOP1_RATIO("Share of validation examples whose class came first."),
  TOP5_RATIO("Share of validation examples whose class was among the first five."),
  LEARNING_RATE("Learning rate of the last step."),
  GRADIENT_NORM("head", "L2 norm of the gradient of each head's own parameters, before clipping."),
  DEAD_UNITS_RATIO("head", "Share of each head's ReLU units without a gradient in the last round."),
  REWINDS_TOTAL("Rewinds after a round that diverged."),

  IMAGES_PER_SECOND("Images trained on per second of the last round, everything included."),
  ROUND_SECONDS("Time of the last round, everything included."),
  ROUND_MEDIAN_SECONDS("Median time of this driver's last rounds, 101 at most."),
  ROUND_PART_SECONDS(
      "part", "Time of the last round by its parts, as its slowest worker had them."),
  EVALUATION_SECONDS("Time of the last evaluation."),
  WAITING_RATIO("Share of the last round in which the worker that waited most had no batch."),
  GOODPUT_RATIO("Share of this driver's time in local steps of rounds that count."),

  CHECKPOINT_TIMESTAMP_SECONDS("When this driver last learned that a checkpoint is written."),
  CHECKPOINT_ROUND("Round of that checkpoint."),
  CHECKPOINT_SECONDS("How long its writing took."),
  CHECKPOINT_BYTES("Its size."),
  LEASE_LEFT_SECONDS("Time until others may take the run, unless the driver renews its lease."),

  QUARANTINED_RECORDS("Records that cannot be used and were passed over, each counted once."),
  WARNINGS_TOTAL("Warnings of this driver.");

  private static final String PREFIX = "googlenet_";
  private static final String COUNTER = "_total";

  private final String label;
  private final String help;

  Metric(String help) {
    this("", help);
  }

  Metric(String label, String help) {
    this.label = label;
    this.help = help;
  }

  /** Its name in Prometheus, as in {@code googlenet_round}. */
  public String fullName() {
    return PREFIX + shortName();
  }

  /** Its name without the prefix. */
  public String shortName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The label by which there are several values, as in {@code head}; empty if there is one. */
  public String label() {
    return label;
  }

  /** One sentence that says what it is. */
  public String help() {
    return help;
  }

  /** Its type in Prometheus. */
  public String type() {
    return shortName().endsWith(COUNTER) ? "counter" : "gauge";
  }
}
