package org.googlenet.model;

import java.util.Objects;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Softmax cross entropy of one head, times the head's weight in the total loss; DL4J does not have
 * weights per output.
 *
 * <p>Score and gradient are both scaled. The mathematics is DL4J's {@link LossMCXENT}, whose
 * gradient is the fused {@code softmax(z) - labels}. The loss is part of the network's JSON, so a
 * restored network keeps its weights.
 *
 * <p>It also remembers the unscaled mean of its last score: DL4J's {@code score()} mixes the three
 * heads with the weight decay, and there is no other way to see the loss of one head after a step.
 * A network configuration and its clones share their loss objects, so networks that run at the same
 * time need separate configurations for this value to be their own.
 */
public final class WeightedLoss implements ILossFunction {

  private static final long serialVersionUID = 1L;

  @JsonProperty("weight")
  private final double weight;

  private transient double lastMean = Double.NaN;

  /**
   * @param weight factor of score and gradient, at least 0
   */
  @JsonCreator
  public WeightedLoss(@JsonProperty("weight") double weight) {
    this.weight = weight;
  }

  /** The factor of score and gradient. */
  public double weight() {
    return weight;
  }

  /**
   * Cross entropy in nats of the last {@link #computeScore}, the mean over its examples, not
   * weighted; NaN before the first.
   */
  public double lastMean() {
    return lastMean;
  }

  /**
   * @param labels one-hot {@code [n, classes]}
   * @param preOutput logits {@code [n, classes]}
   * @param average whether to divide the sum over the examples by n; DL4J passes false and divides
   *     by itself
   */
  @Override
  public double computeScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    double sum = crossEntropy().computeScore(labels, preOutput, activation, mask, false);
    lastMean = sum / preOutput.size(0);
    return weight * (average ? lastMean : sum);
  }

  /** The weighted loss of each example, {@code [n, 1]}. */
  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    return crossEntropy().computeScoreArray(labels, preOutput, activation, mask).muli(weight);
  }

  /**
   * The weighted gradient with respect to the logits, {@code [n, classes]}, not summed over the
   * examples.
   */
  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    return crossEntropy().computeGradient(labels, preOutput, activation, mask).muli(weight);
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    return new Pair<>(
        computeScore(labels, preOutput, activation, mask, average),
        computeGradient(labels, preOutput, activation, mask));
  }

  @Override
  public String name() {
    return toString();
  }

  /** Two losses are equal if their weights are; what was last computed does not matter. */
  @Override
  public boolean equals(Object other) {
    return other instanceof WeightedLoss loss && Double.compare(weight, loss.weight) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(weight);
  }

  @Override
  public String toString() {
    return "WeightedLoss(" + weight + ")";
  }

  private static LossMCXENT crossEntropy() {
    return new LossMCXENT();
  }
}
