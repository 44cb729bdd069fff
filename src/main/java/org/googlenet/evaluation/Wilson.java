package org.googlenet.evaluation;

/**
 * Wilson's 95% interval of a share (Wilson, 1927).
 *
 * @param low from 0 to 1
 * @param high from 0 to 1
 */
public record Wilson(double low, double high) {

  private static final double Z = 1.959963984540054;

  /** The interval of {@code hits} of {@code all}, at least 1. */
  public static Wilson of(long hits, long all) {
    double share = (double) hits / all;
    double centre = share + Z * Z / (2 * all);
    double reach = Z * Math.sqrt(share * (1 - share) / all + Z * Z / (4.0 * all * all));
    double scale = 1 + Z * Z / all;
    return new Wilson(Math.max(0, (centre - reach) / scale), Math.min(1, (centre + reach) / scale));
  }
}
