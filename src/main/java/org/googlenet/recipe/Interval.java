package org.googlenet.recipe;

/** An interval of numbers that a recipe key allows, and its wording. */
record Interval(double low, boolean withLow, double high, boolean withHigh) {

  /** From {@code low} to {@code high}, both allowed. */
  static Interval closed(double low, double high) {
    return new Interval(low, true, high, true);
  }

  /** From {@code low}, allowed, to less than {@code high}. */
  static Interval below(double low, double high) {
    return new Interval(low, true, high, false);
  }

  /** From more than {@code low} to {@code high}, allowed. */
  static Interval above(double low, double high) {
    return new Interval(low, false, high, true);
  }

  boolean contains(double value) {
    boolean over = withLow ? value >= low : value > low;
    boolean under = withHigh ? value <= high : value < high;
    return over && under;
  }

  /** As in {@code 1..4096} or {@code 0 or more, less than 1}. */
  @Override
  public String toString() {
    if (withLow && withHigh) {
      return plain(low) + ".." + plain(high);
    }
    return (withLow ? plain(low) + " or more, " : "more than " + plain(low) + ", ")
        + (withHigh ? "up to " + plain(high) : "less than " + plain(high));
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
