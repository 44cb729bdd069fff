package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.googlenet.LocalSpark;
import org.googlenet.recipe.Recipe.Compression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AveragerTest {

  private static final int LENGTH = 11;

  @Test
  void theMeanIsWeightedByExamples() {
    WorkerResult one =
        new WorkerResult(
            0,
            new float[] {0, 8, -4},
            new float[] {4, 0, 0},
            RoundMetrics.of(1, 1, new double[] {2}, "A"));
    WorkerResult three =
        new WorkerResult(
            1,
            new float[] {4, 0, 4},
            new float[] {0, 0, 8},
            RoundMetrics.of(3, 2, new double[] {3}, "B"));

    Average average = average(List.of(one, three), 2);

    assertThat(average.parameters()).containsExactly(3, 2, 2);
    assertThat(average.momentum()).containsExactly(1, 0, 6);
    assertThat(average.metrics().losses()).containsExactly(1.25);
    assertThat(average.metrics().examples()).isEqualTo(4);
    assertThat(average.metrics().steps()).isEqualTo(2);
  }

  @Test
  void theAverageSaysWhatItsMachinesAreAndIgnoresWhoDidNothing() {
    WorkerResult one = randomResults(1).get(0);
    WorkerResult other =
        new WorkerResult(
            1,
            one.parameters(),
            one.momentum(),
            RoundMetrics.of(2, 1, one.metrics().lossSums(), "avx2; amd64 level 2"));

    assertThat(average(List.of(other, WorkerResult.nothing(2), one), 3).metrics().instructions())
        .containsExactly("A", "avx2; amd64 level 2");
    assertThat(average(List.of(WorkerResult.nothing(0), other), 2).metrics().instructions())
        .hasSize(1);
  }

  @Test
  void theOrderInWhichWorkersEndChangesNoBit() {
    List<WorkerResult> results = randomResults(7);
    Average expected = average(results, 1);
    Random random = new Random(7);
    for (int time = 0; time < 5; time++) {
      List<WorkerResult> shuffled = new ArrayList<>(results);
      Collections.shuffle(shuffled, random);

      Average average = average(shuffled, 1 + random.nextInt(7));

      assertThat(average.parameters()).isEqualTo(expected.parameters());
      assertThat(average.momentum()).isEqualTo(expected.momentum());
      assertThat(average.metrics().losses()).isEqualTo(expected.metrics().losses());
    }
  }

  @Test
  void theMeanIsTakenInDoubleInTheOrderOfTheWorkers() {
    List<WorkerResult> results = randomResults(4);

    Average average = average(results, 2);

    assertThat(average.parameters())
        .isEqualTo(ReferenceMean.mean(results, WorkerResult::parameters));
    assertThat(average.momentum()).isEqualTo(ReferenceMean.mean(results, WorkerResult::momentum));
  }

  /** The local Spark of the tests runs two workers at once; with more, sums are kept between. */
  @ParameterizedTest
  @CsvSource({
    "1, NONE", "2, NONE", "3, NONE", "7, NONE", "2, BF16", "7, BF16", "2, FP16", "7, FP16"
  })
  void theBitsAreThoseOfTheFirstVersionHoweverManyWorkersRunAtOnce(
      int workers, Compression compression) {
    TrainingState state = state(2 * Packing.BLOCK + 777, Packing.BLOCK + 3);
    try (Averager averager = new Averager(LocalSpark.context(), compression)) {
      for (int round = 0; round < 3; round++) {
        Average expected = ReferenceMean.of(state, workers, new Changing(), compression);

        Average average = averager.average(state, workers, new Changing());

        assertSame(average, expected);
        state = state.after(average, 2, OuterOptimizer.AVERAGE, 1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"10, 0", "0, 10", "0, 0", "3, 9000", "9000, 3"})
  void vectorsMayBeEmptyOrOfUnequalLengths(int parameters, int momentum) {
    TrainingState state = state(parameters, momentum);
    for (int workers : new int[] {2, 5}) {
      try (Averager averager = new Averager(LocalSpark.context(), Compression.NONE)) {
        assertSame(
            averager.average(state, workers, new Changing()),
            ReferenceMean.of(state, workers, new Changing(), Compression.NONE));
      }
    }
  }

  /** As that of a speculative attempt. */
  @Test
  void aWorkersSecondResultDoesNotCount() {
    for (int workers : new int[] {2, 6}) {
      List<WorkerResult> results = randomResults(workers);
      List<WorkerResult> twice = new ArrayList<>(results);
      for (int worker : new int[] {0, workers - 1}) {
        twice.add(new WorkerResult(worker, new float[LENGTH], new float[LENGTH], others()));
      }

      Average average = average(twice, 1);

      assertThat(average.parameters())
          .isEqualTo(ReferenceMean.mean(results, WorkerResult::parameters));
      assertThat(average.metrics().examples())
          .isEqualTo(results.stream().mapToLong(one -> one.metrics().examples()).sum());
    }
  }

  private static RoundMetrics others() {
    return RoundMetrics.of(5, 1, new double[2], "A");
  }

  private static void assertSame(Average average, Average expected) {
    assertThat(average.parameters()).isEqualTo(expected.parameters());
    assertThat(average.momentum()).isEqualTo(expected.momentum());
    assertThat(average.metrics().losses()).isEqualTo(expected.metrics().losses());
    assertThat(average.metrics().examples()).isEqualTo(expected.metrics().examples());
  }

  @Test
  void workersWithNothingAreIgnored() {
    List<WorkerResult> busy = randomResults(2);
    List<WorkerResult> all =
        List.of(WorkerResult.nothing(2), busy.get(1), WorkerResult.nothing(3), busy.get(0));

    Average average = average(all, 2);

    Average expected = average(busy, 1);
    assertThat(average.parameters()).isEqualTo(expected.parameters());
    assertThat(average.momentum()).isEqualTo(expected.momentum());
    assertThat(average.metrics().losses()).isEqualTo(expected.metrics().losses());
    assertThat(average.metrics().examples()).isEqualTo(expected.metrics().examples());
    assertThat(average.metrics().steps()).isEqualTo(expected.metrics().steps());
  }

  @Test
  void theMeanOfOneWorkerIsThatWorker() {
    WorkerResult only = randomResults(1).get(0);

    Average average = average(List.of(only), 1);

    assertThat(average.parameters()).isEqualTo(only.parameters());
    assertThat(average.momentum()).isEqualTo(only.momentum());
  }

  private static Average average(List<WorkerResult> results, int partitions) {
    try (Averager averager = new Averager(LocalSpark.context(), Compression.NONE)) {
      return averager.average(
          TrainingState.beginning(new float[LENGTH], new float[LENGTH], 0),
          results.size(),
          start -> LocalSpark.context().parallelize(results, partitions));
    }
  }

  private static List<WorkerResult> randomResults(int workers) {
    Random random = new Random(workers);
    WorkerResult[] results = new WorkerResult[workers];
    Arrays.setAll(
        results,
        worker ->
            new WorkerResult(
                worker,
                gaussians(random),
                gaussians(random),
                RoundMetrics.of(
                    1 + random.nextInt(40),
                    1 + random.nextInt(9),
                    new double[] {random.nextDouble(), random.nextDouble()},
                    "A")));
    return List.of(results);
  }

  private static TrainingState state(int parameters, int momentum) {
    Random random = new Random(parameters + momentum);
    return TrainingState.beginning(gaussians(random, parameters), gaussians(random, momentum), 0);
  }

  private static float[] gaussians(Random random) {
    return gaussians(random, LENGTH);
  }

  /** Of sizes far apart, so that the order of a sum shows. */
  private static float[] gaussians(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8)));
    }
    return values;
  }
}
