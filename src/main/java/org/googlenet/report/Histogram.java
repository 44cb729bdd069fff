package org.googlenet.report;

import java.util.ArrayList;
import java.util.List;

/**
 * How many values lie where, in {@value #BUCKETS} buckets of the same width between the smallest
 * and the largest one.
 *
 * @param min the smallest value
 * @param max the largest value
 * @param sum of the values
 * @param sumOfSquares of the values
 * @param counts of the values, by bucket: each holds those from its lower end up to below its upper
 *     one, the last also the largest value
 */
public record Histogram(
    double min, double max, double sum, double sumOfSquares, List<Long> counts) {

  /** As many as TensorBoard draws. */
  public static final int BUCKETS = 30;

  public Histogram {
    counts = List.copyOf(counts);
  }

  /**
   * The histogram of values {@code [from, to)} of an array.
   *
   * @param values finite
   * @throws IllegalArgumentException if there are none
   */
  public static Histogram of(float[] values, int from, int to) {
    if (from >= to) {
      throw new IllegalArgumentException("no values from " + from + " to " + to);
    }
    float min = values[from];
    float max = values[from];
    double sum = 0;
    double squares = 0;
    for (int i = from; i < to; i++) {
      float value = values[i];
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      squares += (double) value * value;
    }
    return new Histogram(min, max, sum, squares, counts(values, from, to, min, max));
  }

  private static List<Long> counts(float[] values, int from, int to, double min, double max) {
    long[] counts = new long[BUCKETS];
    double perUnit = max > min ? BUCKETS / (max - min) : 0;
    for (int i = from; i < to; i++) {
      counts[Math.min(BUCKETS - 1, (int) ((values[i] - min) * perUnit))]++;
    }
    List<Long> all = new ArrayList<>(BUCKETS);
    for (long count : counts) {
      all.add(count);
    }
    return all;
  }

  /** The number of values. */
  public long count() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  /** The upper end of a bucket. */
  public double limit(int bucket) {
    return bucket == BUCKETS - 1 ? max : min + (max - min) * (bucket + 1) / BUCKETS;
  }
}
