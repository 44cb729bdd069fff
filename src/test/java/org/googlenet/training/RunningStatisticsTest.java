package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.googlenet.TinyTraining;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.Variant;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.End;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The running means and variances of batch normalisations over rounds, workers and a resume. */
@Timeout(900)
class RunningStatisticsTest {

  private static final String BATCHNORM = "model.variant=batchnorm";
  private static final String ONE_ROUND = "training={batch: 4, rounds: 1}";

  @TempDir private static Path folder;

  private static TinyRuns runs;

  private static final ParameterLayout LAYOUT =
      ParameterLayout.of(
          GoogLeNet.of(Variant.BATCHNORM, 10, 65)
              .configuration(
                  new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 0), 0, 1));

  @BeforeAll
  static void write() throws IOException {
    runs = new TinyRuns(TinyTraining.in(folder));
  }

  @Tag("slow")
  @Test
  void aRunThatIsStoppedAndGoesOnHasTheBitsOfOneThatIsNot() throws Exception {
    String[] recipe = {
      BATCHNORM,
      "training={batch: 4, rounds: 3}",
      "averaging={workers: 2, localSteps: 2, outer: nesterov, compression: bf16}",
    };
    assertThat(runs.train(TinyRuns.PLAIN, with("run=whole", recipe)).end()).isEqualTo(End.FINISHED);

    runs.trainUntil(1, UnaryOperator.identity(), with("run=stopped", recipe));
    Trained rest = runs.train(TinyRuns.PLAIN, with("run=stopped", recipe));

    assertThat(rest.end()).isEqualTo(End.FINISHED);
    assertThat(runs.parameters("stopped")).isEqualTo(runs.parameters("whole"));
    for (ParameterLayout.Entry entry : LAYOUT.entries()) {
      if (entry.isVariance()) {
        assertThat(part(runs.values("whole"), entry)).as(entry.name()).doesNotContain(1f);
      }
    }
  }

  @Test
  void aStopBetweenTwoRoundsChangesNoBit() throws Exception {
    String[] recipe = {BATCHNORM, "training={batch: 4, rounds: 2}", averaging(1, "average")};
    runs.train(TinyRuns.PLAIN, with("run=through", recipe));

    runs.trainUntil(1, UnaryOperator.identity(), with("run=halted", recipe));
    runs.train(TinyRuns.PLAIN, with("run=halted", recipe));

    assertThat(runs.parameters("halted")).isEqualTo(runs.parameters("through"));
  }

  /**
   * The mean of equal halves' means is that of the whole. Their variances are those within each
   * half, so their mean lacks the variance between the halves' means. A variance is a sum of
   * thousands of squares in fp32: on two kinds of processors its last digits differed by 2e-5.
   */
  @Tag("slow")
  @Test
  void twoWorkersWithHalfABatchEachAverageToOneWorkersStatistics() throws IOException {
    runs.train(TinyRuns.PLAIN, BATCHNORM, "run=two", ONE_ROUND, averaging(2, "average"));
    runs.train(
        TinyRuns.PLAIN,
        BATCHNORM,
        "run=one",
        "training={batch: 8, rounds: 1}",
        averaging(1, "average"));

    assertThat(part(runs.values("two"), "conv1.bn", "mean"))
        .containsExactly(part(runs.values("one"), "conv1.bn", "mean"), within(1e-5f));
    float[] halves = part(runs.values("two"), "conv1.bn", "var");
    float[] whole = part(runs.values("one"), "conv1.bn", "var");
    for (int i = 0; i < whole.length; i++) {
      assertThat(halves[i]).isBetween(0.9f, whole[i] * (1 + 1e-4f));
    }
    assertThat(halves).isNotEqualTo(whole);
  }

  @Tag("slow")
  @Test
  void anOuterMomentumMovesWeightsButNoStatistics() throws IOException {
    runs.train(TinyRuns.PLAIN, BATCHNORM, "run=averaged", ONE_ROUND, averaging(2, "average"));
    runs.train(
        TinyRuns.PLAIN,
        BATCHNORM,
        "run=nesterov",
        ONE_ROUND,
        averaging(2, "{kind: nesterov, rate: 0.7, momentum: 0.9}"));

    float[] averaged = runs.values("averaged");
    float[] nesterov = runs.values("nesterov");
    for (ParameterLayout.Entry entry : LAYOUT.entries()) {
      boolean same = Arrays.equals(part(averaged, entry), part(nesterov, entry));
      assertThat(same).as(entry.name()).isEqualTo(!entry.trained());
    }
  }

  private static String averaging(int workers, String outer) {
    return "averaging={workers: %s, localSteps: 1, outer: %s}".formatted(workers, outer);
  }

  private static String[] with(String run, String... recipe) {
    String[] all = Arrays.copyOf(recipe, recipe.length + 1);
    all[recipe.length] = run;
    return all;
  }

  private static float[] part(float[] flat, String vertex, String parameter) {
    return part(flat, LAYOUT.find(vertex, parameter).orElseThrow());
  }

  private static float[] part(float[] flat, ParameterLayout.Entry entry) {
    return Arrays.copyOfRange(flat, entry.range().from(), entry.range().to());
  }
}
