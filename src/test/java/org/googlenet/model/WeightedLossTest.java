package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

class WeightedLossTest {

  private static final IActivation SOFTMAX = new ActivationSoftmax();

  /** Softmax of the first row is (1/2, 1/2), of the second (3/4, 1/4). */
  private final INDArray logits =
      Nd4j.createFromArray(new float[][] {{0, 0}, {(float) Math.log(3), 0}});

  private final INDArray labels = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}});

  private final WeightedLoss loss = new WeightedLoss(0.25);

  @Test
  void theScoreIsTheWeightedSumAndOnRequestTheWeightedMean() {
    double sum = Math.log(2) + Math.log(4);

    assertThat(loss.computeScore(labels, logits.dup(), SOFTMAX, null, false))
        .isCloseTo(0.25 * sum, within(1e-6));
    assertThat(loss.computeScore(labels, logits.dup(), SOFTMAX, null, true))
        .isCloseTo(0.25 * sum / 2, within(1e-6));
  }

  @Test
  void theLastMeanIsNotWeightedHoweverTheScoreWasAsked() {
    double mean = (Math.log(2) + Math.log(4)) / 2;
    assertThat(loss.lastMean()).isNaN();

    loss.computeScore(labels, logits.dup(), SOFTMAX, null, false);
    assertThat(loss.lastMean()).isCloseTo(mean, within(1e-6));

    loss.computeScore(labels, logits.dup(), SOFTMAX, null, true);
    assertThat(loss.lastMean()).isCloseTo(mean, within(1e-6));
  }

  @Test
  void aHeadOfWeightZeroStillTellsItsLoss() {
    WeightedLoss silent = new WeightedLoss(0);

    assertThat(silent.computeScore(labels, logits.dup(), SOFTMAX, null, false)).isZero();
    assertThat(silent.lastMean()).isPositive();
  }

  @Test
  void theGradientIsTheWeightedDifferenceOfProbabilityAndLabel() {
    INDArray gradient = loss.computeGradient(labels, logits.dup(), SOFTMAX, null);

    INDArray expected =
        Nd4j.createFromArray(
            new float[][] {{0.25f * -0.5f, 0.25f * 0.5f}, {0.25f * 0.75f, 0.25f * -0.75f}});
    assertThat(gradient.equalsWithEps(expected, 1e-6)).isTrue();
  }

  @Test
  void atWeightOneItIsDl4jsOwnCrossEntropy() {
    WeightedLoss one = new WeightedLoss(1);
    LossMCXENT plain = new LossMCXENT();

    assertThat(one.computeGradient(labels, logits.dup(), SOFTMAX, null))
        .isEqualTo(plain.computeGradient(labels, logits.dup(), SOFTMAX, null));
    assertThat(one.computeScoreArray(labels, logits.dup(), SOFTMAX, null))
        .isEqualTo(plain.computeScoreArray(labels, logits.dup(), SOFTMAX, null));
  }
}
