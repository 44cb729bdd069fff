package org.googlenet.dl4j;

import java.util.Arrays;

/**
 * What a round's workers report of each local step, as sums: those of several workers are added up
 * element by element.
 *
 * @param values for each local step the score times the examples, and the examples
 */
record StepSums(double[] values) {

  /** Before the first local step. */
  static final StepSums NONE = new StepSums(new double[0]);

  /** With one more local step. */
  StepSums plus(double score, long examples) {
    double[] more = Arrays.copyOf(values, values.length + 2);
    more[values.length] = score * examples;
    more[values.length + 1] = examples;
    return new StepSums(more);
  }

  int steps() {
    return values.length / 2;
  }

  /** Examples of all workers in a local step. */
  long examples(int step) {
    return Math.round(values[2 * step + 1]);
  }

  /** Mean score of a local step over its examples. */
  double score(int step) {
    return values[2 * step] / values[2 * step + 1];
  }

  /** Mean score of the round over its examples. */
  double score() {
    double sum = 0;
    double examples = 0;
    for (int i = 0; i < values.length; i += 2) {
      sum += values[i];
      examples += values[i + 1];
    }
    return sum / examples;
  }
}
