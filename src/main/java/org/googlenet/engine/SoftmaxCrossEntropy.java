package org.googlenet.engine;

import java.util.Arrays;
import java.util.Locale;

/** Softmax, its cross entropy with a label, and the gradient of that with respect to the logits. */
final class SoftmaxCrossEntropy {

  private SoftmaxCrossEntropy() {}

  /**
   * Turns logits into the gradient of {@code weight} times the summed loss: {@code weight *
   * (softmax - one-hot)} for each labelled example, 0 for the rest.
   *
   * @param logits {@code [batch, classes]}; changed in place
   * @param labels of the first examples; a padded batch has fewer labels than rows
   * @return mean loss in nats over the labelled examples, not weighted
   */
  static double lossAndGradient(float[] logits, int classes, int[] labels, double weight) {
    requireLabels(labels, classes);
    double loss = 0;
    for (int i = 0; i < labels.length; i++) {
      int from = i * classes;
      loss -= toLogProbability(logits, from, classes, labels[i]);
      logits[from + labels[i]] -= 1;
      for (int c = from; c < from + classes; c++) {
        logits[c] = (float) (weight * logits[c]);
      }
    }
    Arrays.fill(logits, labels.length * classes, logits.length, 0);
    return loss / labels.length;
  }

  /**
   * Checks labels.
   *
   * @throws IllegalArgumentException if one is not below the number of classes
   */
  static void requireLabels(int[] labels, int classes) {
    for (int label : labels) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "label %d: the network has the classes 0 to %d", label, classes - 1));
      }
    }
  }

  /** Turns logits {@code [n, classes]} into probabilities, in place. */
  static void probabilities(float[] logits, int classes) {
    for (int from = 0; from < logits.length; from += classes) {
      toLogProbability(logits, from, classes, 0);
    }
  }

  /** Turns one row into probabilities; returns the logarithm of the label's. */
  private static double toLogProbability(float[] logits, int from, int classes, int label) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int c = from; c < from + classes; c++) {
      largest = Math.max(largest, logits[c]);
    }
    double ofLabel = logits[from + label] - largest;
    double sum = 0;
    for (int c = from; c < from + classes; c++) {
      double e = Math.exp(logits[c] - largest);
      logits[c] = (float) e;
      sum += e;
    }
    for (int c = from; c < from + classes; c++) {
      logits[c] = (float) (logits[c] / sum);
    }
    return ofLabel - Math.log(sum);
  }
}
