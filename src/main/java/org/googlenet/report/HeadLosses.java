package org.googlenet.report;

import java.util.Locale;

/**
 * The mean cross-entropy of each head over some examples, before the recipe's weights.
 *
 * @param main the main classifier's, in nats
 * @param aux1 that of the auxiliary classifier after 4a
 * @param aux2 that of the auxiliary classifier after 4d
 */
public record HeadLosses(double main, double aux1, double aux2) {

  /** As in {@code main 0.812 aux1 1.034 aux2 0.911}, or {@code unknown} where none was told. */
  @Override
  public String toString() {
    if (Double.isNaN(main) && Double.isNaN(aux1) && Double.isNaN(aux2)) {
      return "unknown";
    }
    return String.format(Locale.ROOT, "main %.3f aux1 %.3f aux2 %.3f", main, aux1, aux2);
  }
}
