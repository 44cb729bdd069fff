package org.googlenet.averaging;

/** The arithmetic of a weighted mean: in double, in the order of the workers, rounded once. */
final class Sums {

  private Sums() {}

  /**
   * Adds a worker's values.
   *
   * @param sum so far
   * @param at where in the sum the values belong
   * @param from the first of the values
   * @param weight the worker's examples
   */
  static void add(double[] sum, int at, float[] values, int from, int count, long weight) {
    double factor = weight;
    for (int i = 0; i < count; i++) {
      sum[at + i] += factor * (double) values[from + i];
    }
  }

  /** Divides by the examples of all workers. */
  static void mean(double[] sum, int at, long examples, float[] into, int to, int count) {
    for (int i = 0; i < count; i++) {
      into[to + i] = (float) (sum[at + i] / examples);
    }
  }
}
