package org.googlenet.report.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.Mistaken;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.Rewound;
import org.googlenet.report.TrainingEvent.Warned;
import org.googlenet.run.MovableClock;
import org.junit.jupiter.api.Test;

class NewestValuesTest {

  private final MovableClock clock = new MovableClock();
  private final Instant begin = clock.instant();
  private final NewestValues values = new NewestValues(clock);

  @Test
  void theNewestRoundIsShown() {
    on(Story.started(), Story.timed(1, 10), Story.done(1, 0.5));
    clock.pass(Duration.ofSeconds(10));
    on(Story.timed(2, 10), Story.done(2, 0.5));

    assertThat(of(Metric.ROUND)).isEqualTo(2);
    assertThat(of(Metric.ROUNDS_PLANNED)).isEqualTo(40);
    assertThat(of(Metric.STEP)).isEqualTo(32);
    assertThat(of(Metric.IMAGES_PER_SECOND)).isEqualTo(204.8);
    assertThat(of(Metric.WAITING_RATIO)).isEqualTo(0.125);
    assertThat(of(Metric.QUARANTINED_RECORDS)).isEqualTo(3);
    assertThat(of(Metric.LOSS, "aux2")).isEqualTo(2);
    assertThat(of(Metric.ROUND_PART_SECONDS, "steps")).isEqualTo(5);
    assertThat(of(Metric.PROGRESS_TIMESTAMP_SECONDS)).isEqualTo(begin.getEpochSecond() + 10.0);
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    on(Story.started(), Story.timed(1, 10), Story.done(1, 0.5));

    assertThat(values.all())
        .doesNotContainKeys(
            new Series(Metric.DEAD_UNITS_RATIO, "aux1"),
            new Series(Metric.GRADIENT_NORM, "aux2"),
            new Series(Metric.ROUND_PART_SECONDS, "first_batch"),
            Series.of(Metric.TOP1_RATIO),
            Series.of(Metric.CHECKPOINT_TIMESTAMP_SECONDS),
            Series.of(Metric.EXIT_CODE));
    assertThat(of(Metric.DEAD_UNITS_RATIO, "aux1")).isNaN();
  }

  @Test
  void theMedianIsThatOfTheLastRounds() {
    on(Story.timed(1, 90), Story.timed(2, 10), Story.timed(3, 20));
    assertThat(of(Metric.ROUND_MEDIAN_SECONDS)).isEqualTo(20);

    for (int round = 4; round < 110; round++) {
      on(Story.timed(round, 5));
    }
    assertThat(of(Metric.ROUND_MEDIAN_SECONDS)).isEqualTo(5);
    assertThat(of(Metric.ROUND_SECONDS)).isEqualTo(5);
  }

  @Test
  void goodputIsTheShareOfTheDriversTimeInStepsThatCount() {
    on(Story.started());
    clock.pass(Duration.ofSeconds(10));
    on(Story.timed(1, 10), Story.done(1, 0.9));
    assertThat(of(Metric.GOODPUT_RATIO)).isEqualTo(0.9);

    clock.pass(Duration.ofSeconds(10));
    on(Story.timed(2, 10), Story.done(2, 0.9));
    clock.pass(Duration.ofSeconds(10));
    on(new Rewound("it diverged", null, 1, 1, 3, 0.005));

    assertThat(of(Metric.GOODPUT_RATIO)).isEqualTo(9.0 / 30);
    assertThat(of(Metric.REWINDS_TOTAL)).isEqualTo(1);
    assertThat(of(Metric.ROUND)).isEqualTo(1);
    assertThat(of(Metric.LEARNING_RATE)).isEqualTo(0.005);
  }

  @Test
  void evaluationsAndCheckpointsHaveTheirOwnTimes() {
    on(Story.started());
    clock.pass(Duration.ofSeconds(60));
    on(Story.evaluated(1), new Mistaken(1, Duration.ofSeconds(7), none(), none(), none()));
    clock.pass(Duration.ofSeconds(5));
    on(Story.written("000012-0003"));

    assertThat(of(Metric.TOP5_RATIO)).isEqualTo(0.875);
    assertThat(of(Metric.VALIDATION_LOSS, "main")).isEqualTo(1.5);
    assertThat(of(Metric.EVALUATION_SECONDS)).isEqualTo(7);
    assertThat(of(Metric.CHECKPOINT_ROUND)).isEqualTo(12);
    assertThat(of(Metric.CHECKPOINT_SECONDS)).isEqualTo(1.5);
    assertThat(of(Metric.CHECKPOINT_TIMESTAMP_SECONDS)).isEqualTo(begin.getEpochSecond() + 65.0);
  }

  @Test
  void whatOnlyGrowsBeginsAtZero() {
    on(new Warned("before it starts"), Story.started());
    assertThat(of(Metric.WARNINGS_TOTAL)).isEqualTo(1);
    assertThat(of(Metric.REWINDS_TOTAL)).isEqualTo(0);
  }

  @Test
  void aTrainingThatGoesOnIsAtItsRound() {
    on(Story.started(), new Resumed("000012-0003", 12, 192));
    assertThat(of(Metric.ROUND)).isEqualTo(12);
    assertThat(of(Metric.STATE, "running")).isEqualTo(1);
  }

  @Test
  void itEndsInOneState() {
    on(Story.started(), Story.failed(7));
    assertThat(of(Metric.STATE, "failed")).isEqualTo(1);
    assertThat(of(Metric.STATE, "running")).isEqualTo(0);
    assertThat(of(Metric.EXIT_CODE)).isEqualTo(7);

    NewestValues other = new NewestValues(clock);
    other.on(Story.started());
    other.on(new Interrupted("000002-0001", 2));
    assertThat(other.of(new Series(Metric.STATE, "interrupted"))).isEqualTo(1);
    assertThat(other.of(Series.of(Metric.EXIT_CODE))).isNaN();
  }

  private void on(TrainingEvent... events) {
    for (TrainingEvent event : events) {
      values.on(event);
    }
  }

  private double of(Metric metric) {
    return values.of(Series.of(metric));
  }

  private double of(Metric metric, String label) {
    return values.of(new Series(metric, label));
  }

  private static <T> java.util.List<T> none() {
    return java.util.List.of();
  }
}
