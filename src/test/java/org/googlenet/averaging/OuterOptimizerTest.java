package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.googlenet.averaging.OuterOptimizer.Stepped;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;
import org.googlenet.model.ParameterLayout.Kind;
import org.googlenet.model.ParameterLayout.Range;
import org.googlenet.recipe.Recipe.Outer;
import org.googlenet.recipe.Recipe.OuterKind;
import org.junit.jupiter.api.Test;

/** The outer optimisers against their papers' formulas, worked out by hand. */
class OuterOptimizerTest {

  private static final Offset<Float> ROUNDING = within(1e-6f);
  private static final double RATE = 0.1;
  private static final Stepped START = new Stepped(new float[] {1, -2}, new float[0]);

  /** Two rounds; the second average is the same, so that the momentum alone goes on. */
  private static Stepped twoRounds(OuterKind kind, double momentum, double rate) {
    OuterOptimizer optimizer = OuterOptimizer.of(new Outer(kind, momentum, rate));
    Stepped first = optimizer.step(START, new float[] {0.5f, -1}, RATE);
    return optimizer.step(first, new float[] {0.5f, -1}, RATE / 2);
  }

  @Test
  void averagingTakesTheAverageAsItIs() {
    Stepped stepped = twoRounds(OuterKind.AVERAGE, 0, 1);
    assertThat(stepped.parameters()).containsExactly(0.5f, -1);
    assertThat(stepped.momentum()).isEmpty();
  }

  @Test
  void withoutMomentumAndWithRateOneEachIsAveraging() {
    for (OuterKind kind : List.of(OuterKind.SLOWMO, OuterKind.NESTEROV, OuterKind.BMUF)) {
      float[] average = {0.3f, -7e-3f};
      Stepped stepped = OuterOptimizer.of(new Outer(kind, 0, 1)).step(START, average, 0.013);
      assertThat(stepped.parameters()).as(kind.name()).containsExactly(average, within(1e-7f));
    }
  }

  /** u = (1 - 0.5) / 0.1 = 5, x = 1 - 0.5 * 0.1 * 5 = 0.75; u = 4 + 0.25 / 0.05 = 9, x = 0.525. */
  @Test
  void slowMomentumCountsInGradientsOfTheLocalLearningRate() {
    Stepped stepped = twoRounds(OuterKind.SLOWMO, 0.8, 0.5);
    assertThat(stepped.momentum()).containsExactly(new float[] {9, -18}, ROUNDING);
    assertThat(stepped.parameters()).containsExactly(new float[] {0.525f, -1.05f}, ROUNDING);
  }

  /** u = 0.5, x = 1 - 0.7 * (0.5 + 0.45) = 0.335; g = -0.165, u = 0.285, x = 0.27095. */
  @Test
  void nesterovLooksAheadAsPyTorchsSgdDoes() {
    Stepped stepped = twoRounds(OuterKind.NESTEROV, 0.9, 0.7);
    assertThat(stepped.momentum()).containsExactly(new float[] {0.285f, -0.57f}, ROUNDING);
    assertThat(stepped.parameters()).containsExactly(new float[] {0.27095f, -0.5419f}, ROUNDING);
  }

  /** u = -0.5, x = 0.5; u = -0.45 + 0 = -0.45, x = 0.05. */
  @Test
  void blockMomentumGoesOnWhereTheAverageStandsStill() {
    Stepped stepped = twoRounds(OuterKind.BMUF, 0.9, 1);
    assertThat(stepped.momentum()).containsExactly(new float[] {-0.45f, 0.9f}, ROUNDING);
    assertThat(stepped.parameters()).containsExactly(new float[] {0.05f, -0.1f}, ROUNDING);
  }

  @Test
  void whatIsNotTrainedTakesTheAverageWhateverTheOptimiser() {
    Entry weight = new Entry("norm", "gamma", List.of(1L), 'c', 0, Kind.OTHER, true);
    Entry mean = new Entry("norm", "mean", List.of(1L), 'c', 1, Kind.OTHER, false);
    ParameterLayout layout = new ParameterLayout(List.of(weight, mean));
    for (OuterKind kind : OuterKind.values()) {
      Outer outer = new Outer(kind, 0.9, 0.7);
      Stepped expected = OuterOptimizer.of(outer).step(START, new float[] {0.5f, -1}, RATE);

      Stepped stepped = OuterOptimizer.of(outer, layout).step(START, new float[] {0.5f, -1}, RATE);

      assertThat(stepped.parameters()).containsExactly(expected.parameters()[0], -1);
      assertThat(stepped.momentum()).hasSameSizeAs(expected.momentum());
      if (stepped.momentum().length > 0) {
        assertThat(stepped.momentum()).containsExactly(expected.momentum()[0], 0);
      }
      assertThat(OuterOptimizer.of(outer, new ParameterLayout(List.of(weight))))
          .isEqualTo(OuterOptimizer.of(outer));
    }
  }

  @Test
  void aRunningVarianceIsNeverBelowZeroAndAMeanMayBe() {
    Entry mean = new Entry("norm", "mean", List.of(1L), 'c', 0, Kind.OTHER, false);
    Entry variance = new Entry("norm", "var", List.of(1L), 'c', 1, Kind.OTHER, false);
    ParameterLayout layout = new ParameterLayout(List.of(mean, variance));
    for (OuterKind kind : OuterKind.values()) {
      OuterOptimizer optimizer = OuterOptimizer.of(new Outer(kind, 0.9, 0.7), layout);
      float[] average = {-0.5f, -1e-3f};

      assertThat(optimizer.step(START, average, RATE).parameters()).containsExactly(-0.5f, 0);
      assertThat(average).as("what may be kept").containsExactly(-0.5f, -1e-3f);
      assertThat(optimizer.step(START, new float[] {-0.5f, 0.2f}, RATE).parameters())
          .containsExactly(-0.5f, 0.2f);
    }
  }

  @Test
  void aStepLeavesItsArgumentsAlone() {
    float[] average = {0.5f, -1};
    OuterOptimizer.of(new Outer(OuterKind.NESTEROV, 0.9, 0.7)).step(START, average, RATE);
    assertThat(START.parameters()).containsExactly(1, -2);
    assertThat(average).containsExactly(0.5f, -1);
  }

  @Test
  void whatIsKeptKeepsItsBitsAndTheRestIsTheOptimisers() {
    float[] start = {1, -0f, Float.MIN_VALUE, 3e38f, -2};
    for (OuterKind kind : OuterKind.values()) {
      OuterOptimizer optimizer = OuterOptimizer.of(new Outer(kind, 0.9, 0.7));
      float[] average = {0.5f, 0, Float.MIN_VALUE, 3e38f, -1};
      Stepped before = new Stepped(start, new float[5]);
      Stepped expected = optimizer.step(before, average, RATE);

      Stepped stepped =
          OuterOptimizer.keeping(optimizer, List.of(new Range(1, 3))).step(before, average, RATE);

      assertThat(stepped.parameters())
          .containsExactly(
              expected.parameters()[0], -0f, Float.MIN_VALUE, 3e38f, expected.parameters()[4]);
      assertThat(stepped.momentum()).isEqualTo(expected.momentum());
      assertThat(OuterOptimizer.keeping(optimizer, List.of())).isSameAs(optimizer);
    }
  }

  @Test
  void anAverageThatKeepsTheBitsIsTakenAsItIs() {
    float[] average = {0.5f, -2};
    Stepped stepped =
        OuterOptimizer.keeping(OuterOptimizer.AVERAGE, List.of(new Range(1, 1)))
            .step(START, average, RATE);
    assertThat(stepped.parameters()).isSameAs(average);
  }

  @Test
  void theMeanOfEqualValuesIsThatValueWhateverTheWeights() {
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      float[] values = new float[64];
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.intBitsToFloat(random.nextInt());
        if (!Float.isFinite(values[i])) {
          values[i] = Float.MAX_VALUE;
        }
      }
      double[] sum = new double[values.length];
      long examples = 0;
      for (int worker = 1 + random.nextInt(64); worker > 0; worker--) {
        long weight = 1L + random.nextInt(1 << 20);
        Sums.add(sum, 0, values, 0, values.length, weight);
        examples += weight;
      }
      float[] mean = new float[values.length];
      Sums.mean(sum, 0, examples, mean, 0, mean.length);
      for (int i = 0; i < values.length; i++) {
        assertThat(mean[i]).isEqualTo(values[i] == 0 ? 0 : values[i]);
      }
    }
  }
}
