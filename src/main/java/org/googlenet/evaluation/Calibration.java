package org.googlenet.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the probability of the most probable class is the share of hits, by 15 bins of equal
 * width: Guo et al., "On Calibration of Modern Neural Networks", 2017. Bin i has the examples with
 * a confidence above i/15 and up to (i+1)/15.
 *
 * <p>Confidences are summed in multiples of 2^-36, in which a probability of 2^-13 or more that
 * fp32 holds is exact, so that parts add up to the same in any order. That has room for 100 million
 * examples in a bin.
 */
public final class Calibration implements Serializable {

  private static final long serialVersionUID = 1L;

  /** How many bins there are. */
  public static final int BINS = 15;

  private static final double UNIT = 1L << 36;

  private final long[] examples = new long[BINS];
  private final long[] hits = new long[BINS];
  private final long[] confidence = new long[BINS];

  /**
   * The examples of some confidences.
   *
   * @param from not in the bin itself
   * @param to the last in the bin
   * @param accuracy share of hits, 0 without examples
   * @param confidence mean of the most probable class's probability, 0 without examples
   */
  public record Bin(
      double from, double to, long examples, long hits, double accuracy, double confidence) {}

  /**
   * Counts an example.
   *
   * @param probability of its most probable class
   */
  void add(float probability, boolean isHit) {
    int bin = 0;
    while (bin < BINS - 1 && probability > (bin + 1) / (double) BINS) {
      bin++;
    }
    examples[bin]++;
    hits[bin] += isHit ? 1 : 0;
    confidence[bin] += Math.round(probability * UNIT);
  }

  /** Adds the examples of another part. */
  void add(Calibration other) {
    for (int bin = 0; bin < BINS; bin++) {
      examples[bin] += other.examples[bin];
      hits[bin] += other.hits[bin];
      confidence[bin] += other.confidence[bin];
    }
  }

  /** The bins, from the lowest confidence on. */
  public List<Bin> bins() {
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < BINS; bin++) {
      double n = Math.max(1, examples[bin]);
      bins.add(
          new Bin(
              bin / (double) BINS,
              (bin + 1) / (double) BINS,
              examples[bin],
              hits[bin],
              hits[bin] / n,
              confidence[bin] / UNIT / n));
    }
    return bins;
  }

  /**
   * The expected calibration error: the mean over the examples of how far the confidence of their
   * bin is from its accuracy, 0 to 1; 0 without examples.
   */
  public double error() {
    long all = 0;
    double sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      all += examples[bin];
      sum += Math.abs(hits[bin] - confidence[bin] / UNIT);
    }
    return all == 0 ? 0 : sum / all;
  }
}
