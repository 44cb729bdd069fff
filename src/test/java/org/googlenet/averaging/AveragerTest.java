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
    float[] expected = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      double sum = 0;
      long examples = 0;
      for (WorkerResult result : results) {
        sum += result.metrics().examples() * (double) result.parameters()[i];
        examples += result.metrics().examples();
      }
      expected[i] = (float) (sum / examples);
    }

    assertThat(average(results, 2).parameters()).isEqualTo(expected);
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

  /** Of sizes far apart, so that the order of a sum shows. */
  private static float[] gaussians(Random random) {
    float[] values = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8)));
    }
    return values;
  }
}
