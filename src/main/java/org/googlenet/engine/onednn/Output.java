package org.googlenet.engine.onednn;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import org.googlenet.model.WeightedLoss;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * An output of a network: what DL4J's own loss and activation make of its logits.
 *
 * @param loss of this output
 * @param activation that turns logits into what the network says
 * @param byPixel whether the logits are maps {@code [n, c, h, w]} whose loss is that of each pixel
 * @param mean whether DL4J's score has the sum of the losses divided by the number of examples
 */
public record Output(
    String name, ILossFunction loss, IActivation activation, boolean byPixel, boolean mean) {

  public Output {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(loss, "loss");
    Objects.requireNonNull(activation, "activation");
  }

  /**
   * The weight of a softmax cross entropy with a label per example; empty if the loss is another
   * one.
   */
  public OptionalDouble softmaxWeight() {
    if (activation.getClass() != ActivationSoftmax.class || byPixel) {
      return OptionalDouble.empty();
    }
    if (loss instanceof WeightedLoss weighted) {
      return OptionalDouble.of(weighted.weight());
    }
    return loss instanceof LossMCXENT crossEntropy && crossEntropy.getWeights() == null
        ? OptionalDouble.of(1)
        : OptionalDouble.empty();
  }

  /** As in {@code LossMSE of ActivationIdentity}. */
  String what() {
    return "%s%s of %s with labels that are classes"
        .formatted(
            loss.getClass().getSimpleName(),
            byPixel ? " by pixel" : "",
            activation.getClass().getSimpleName());
  }

  /**
   * This output's part of DL4J's score.
   *
   * @param labels as DL4J's loss takes them
   * @param logits {@code [n, classes]}, or maps {@code [n, c, h, w]}
   */
  public double score(INDArray labels, INDArray logits) {
    requireExamples(labels, logits);
    double sum = loss.computeScore(rows(labels), rows(logits).dup(), activation, null, false);
    return mean ? sum / logits.size(0) : sum;
  }

  /**
   * The gradient of the summed loss with respect to the logits, in their shape and in C order.
   *
   * @param labels as DL4J's loss takes them
   * @param logits {@code [n, classes]}, or maps {@code [n, c, h, w]}
   */
  public INDArray gradient(INDArray labels, INDArray logits) {
    requireExamples(labels, logits);
    return inShapeOf(
        logits, loss.computeGradient(rows(labels), rows(logits).dup(), activation, null));
  }

  /** What the network says, in the logits' shape; the logits are changed. */
  public INDArray activated(INDArray logits) {
    return inShapeOf(logits, activation.getActivation(rows(logits), false));
  }

  private void requireExamples(INDArray labels, INDArray logits) {
    if (labels.size(0) != logits.size(0) || (byPixel && labels.rank() != logits.rank())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "labels of shape %s for output %s, whose results are of shape %s",
              Arrays.toString(labels.shape()),
              name,
              Arrays.toString(logits.shape())));
    }
  }

  /** One row for each value of the loss: an example, or a pixel. */
  private INDArray rows(INDArray values) {
    return byPixel ? values.permute(0, 2, 3, 1).dup('c').reshape(-1, values.size(1)) : values;
  }

  private INDArray inShapeOf(INDArray logits, INDArray rows) {
    if (!byPixel) {
      return rows.dup('c');
    }
    return rows.dup('c')
        .reshape('c', logits.size(0), logits.size(2), logits.size(3), logits.size(1))
        .permute(0, 3, 1, 2)
        .dup('c');
  }
}
