package org.googlenet.report.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** How a page writes numbers. */
final class Numbers {

  private static final MathContext FOR_PEOPLE = new MathContext(4);
  private static final MathContext FOR_PLOTS = new MathContext(6);

  private Numbers() {}

  static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }

  /** Four significant digits; {@code -} for what is not known. */
  static String shortly(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "-" : String.valueOf(value);
    }
    double size = Math.abs(value);
    if (size >= 1000) {
      return format("%,.0f", value);
    }
    BigDecimal rounded = new BigDecimal(value).round(FOR_PEOPLE);
    return size != 0 && size < 1e-4
        ? format("%.3e", value)
        : rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  /** A share from 0 to 1, as in {@code 71.80%}. */
  static String percent(double share) {
    return Double.isNaN(share) ? "-" : format("%.2f%%", 100 * share);
  }

  /** A share without digits behind the point. */
  static String roundPercent(double share) {
    return Double.isNaN(share) ? "-" : format("%.0f%%", 100 * share);
  }

  /** As many digits as a plot can show. */
  static BigDecimal forPlot(double value) {
    BigDecimal rounded = new BigDecimal(value).round(FOR_PLOTS).stripTrailingZeros();
    return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
  }
}
