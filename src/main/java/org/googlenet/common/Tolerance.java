package org.googlenet.common;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many bad records of a data set are passed over before they end the work: a number, or a share
 * of the data set's records.
 *
 * @param amount records, or percent of the records; not negative
 */
public record Tolerance(BigDecimal amount, boolean isPercent) implements Serializable {

  private static final Pattern TEXT =
      Pattern.compile("([0-9]{1,12})|([0-9]{1,3}(?:\\.[0-9]{1,9})?)%");
  private static final BigDecimal ALL = BigDecimal.valueOf(100);

  /** Nothing is passed over. */
  public static final Tolerance NONE = new Tolerance(BigDecimal.ZERO, false);

  /** One record in a thousand. */
  public static final Tolerance DEFAULT = new Tolerance(new BigDecimal("0.1"), true);

  /** What {@link #parse} takes, in words. */
  public static final String FORM = "a whole number of records, or a percentage such as 0.1%";

  public Tolerance {
    if (amount.signum() < 0 || (isPercent && amount.compareTo(ALL) > 0)) {
      throw new IllegalArgumentException(amount + (isPercent ? "%" : "") + " of all records");
    }
    // So that equal tolerances are equal values, and 0% is 0.
    isPercent &= amount.signum() > 0;
    amount = amount.stripTrailingZeros();
  }

  /** Reads {@code 5}, {@code 0.1%} or {@code 0}; empty for any other text. */
  public static Optional<Tolerance> parse(String text) {
    Matcher form = TEXT.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    boolean percent = form.group(1) == null;
    BigDecimal amount = new BigDecimal(form.group(percent ? 2 : 1));
    return percent && amount.compareTo(ALL) > 0
        ? Optional.empty()
        : Optional.of(new Tolerance(amount, percent));
  }

  /** Whether the first bad record ends the work. */
  public boolean isNone() {
    return amount.signum() == 0;
  }

  /**
   * The most bad records that are passed over. A share is rounded down, but is at least one record.
   *
   * @param records of the data set
   */
  public long of(long records) {
    if (!isPercent) {
      return amount.longValueExact();
    }
    BigDecimal share = amount.multiply(BigDecimal.valueOf(records)).divide(ALL);
    return Math.max(1, share.setScale(0, RoundingMode.FLOOR).longValueExact());
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return amount.toPlainString() + (isPercent ? "%" : "");
  }
}
