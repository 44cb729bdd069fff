package org.googlenet.evaluation;

/**
 * How far the true share of hits may lie from the one that was seen: Wilson's score interval at
 * 95%, which stays within 0 and 1 and holds for few examples, too.
 *
 * <p>E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.
 *
 * @param low 0 to 1
 * @param high 0 to 1
 */
public record Wilson(double low, double high) {

  /** The normal distribution's quantile at 97.5%. */
  private static final double Z = 1.959963984540054;

  /**
   * The interval for a share.
   *
   * @param hits 0 to {@code examples}
   * @param examples of which there are so many; of none nothing is known, so it is 0 to 1
   */
  public static Wilson of(long hits, long examples) {
    if (hits < 0 || hits > examples) {
      throw new IllegalArgumentException(hits + " hits of " + examples + " examples");
    }
    if (examples == 0) {
      return new Wilson(0, 1);
    }
    double n = examples;
    double share = hits / n;
    double centre = share + Z * Z / (2 * n);
    double reach = Z * Math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
    double scale = 1 + Z * Z / n;
    // Rounding would leave 1e-19 where it is 0.
    return new Wilson(
        hits == 0 ? 0 : (centre - reach) / scale, hits == examples ? 1 : (centre + reach) / scale);
  }

  /**
   * The same for a share that is known with its number of examples, as an {@link Evaluation} has
   * it.
   *
   * @param share 0 to 1: of whole hits
   */
  public static Wilson ofShare(double share, long examples) {
    return of(Math.round(share * examples), examples);
  }
}
