package org.googlenet.profile;

import java.util.Arrays;

/** The median, which a single disturbed measurement does not move. */
final class Medians {

  private Medians() {}

  /** The middle value, or the upper of two. */
  static double of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
