package org.googlenet.evaluation;

/**
 * McNemar's test, in its exact form: how likely chance alone makes one of two equally good models
 * come out so far ahead of the other on the same records.
 *
 * <p>The test counts only records that exactly one of the two models gets right. If the models are
 * equally good, each such record is a fair coin, so the number that falls to one of them is
 * binomial. After Q. McNemar, "Note on the sampling error of the difference between correlated
 * proportions or percentages", Psychometrika 12 (1947), 153-157; T. Dietterich, "Approximate
 * statistical tests for comparing supervised classification learning algorithms", Neural
 * Computation 10 (1998), 1895-1923, recommends it for two classifiers that are trained only once
 * each.
 */
final class McNemar {

  private McNemar() {}

  /**
   * The one-sided p: the probability that at least {@code ahead} of {@code ahead + behind} tosses
   * of a fair coin are heads; 1 if there is no toss.
   *
   * @param ahead records that only the one model gets right
   * @param behind records that only the other gets right
   */
  public static double p(int ahead, int behind) {
    if (ahead < 0 || behind < 0) {
      throw new IllegalArgumentException(ahead + " and " + behind + " records");
    }
    // In a sum that begins beyond the middle the first term is the largest, so no term is lost.
    return ahead > behind ? tail(ahead, behind) : 1 - tail(behind + 1, ahead - 1);
  }

  /** The sum over k from {@code heads} of the binomials of n = heads + tails tosses. */
  private static double tail(int heads, int tails) {
    if (tails < 0) {
      return 0;
    }
    double term = Math.exp(logBinomial(heads, tails) - (heads + (double) tails) * Math.log(2));
    double sum = 0;
    for (int left = tails; left >= 0 && term > 0; left--) {
      sum += term;
      term *= left / (heads + tails - left + 1.0);
    }
    return sum;
  }

  /** The logarithm of the binomial coefficient (heads + tails) over tails. */
  private static double logBinomial(int heads, int tails) {
    double log = 0;
    for (int i = 1; i <= tails; i++) {
      log += Math.log((heads + (double) i) / i);
    }
    return log;
  }
}
