package org.googlenet.report.page;

/**
 * Where a share lies that was seen in a number of examples, with 95% confidence: Wilson's score
 * interval (Wilson 1927).
 *
 * @param low 0 to 1
 * @param high 0 to 1
 */
record Interval(double low, double high) {

  private static final double Z = 1.959964;

  /** Of a share from 0 to 1; everything from 0 to 1 if there are no examples. */
  static Interval of(double share, long examples) {
    if (examples == 0) {
      return new Interval(0, 1);
    }
    double square = Z * Z / examples;
    double middle = share + square / 2;
    double half = Z * Math.sqrt(share * (1 - share) / examples + square / (4 * examples));
    return new Interval(
        Math.max(0, (middle - half) / (1 + square)), Math.min(1, (middle + half) / (1 + square)));
  }

  /** A share in percent, with its interval: {@code 72.30% (69.4 to 75.0)}. */
  static String text(double share, long examples) {
    Interval interval = of(share, examples);
    return Numbers.format(
        "%.2f%% (%.1f to %.1f)", 100 * share, 100 * interval.low, 100 * interval.high);
  }
}
