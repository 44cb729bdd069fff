package org.googlenet.report;

import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * A figure of each head: its loss (mean cross-entropy over some examples in nats, before the
 * recipe's weights), the norm of its gradient, or the share of its ReLU units that are dead.
 *
 * @param main the main classifier's; NaN where it is not known
 * @param aux1 that of the auxiliary classifier after 4a
 * @param aux2 that of the auxiliary classifier after 4d
 */
public record HeadValues(double main, double aux1, double aux2) {

  /** Where nobody told a figure. */
  public static final HeadValues UNKNOWN = new HeadValues(Double.NaN, Double.NaN, Double.NaN);

  /**
   * Values that come as an array.
   *
   * @param values in the order main, aux1, aux2, or empty where nobody told them
   */
  public static HeadValues of(double... values) {
    return values.length == 0 ? UNKNOWN : new HeadValues(values[0], values[1], values[2]);
  }

  /** In the order main, aux1, aux2. */
  public double[] inOrder() {
    return new double[] {main, aux1, aux2};
  }

  /** As losses: {@code main 0.812 aux1 1.034 aux2 0.911}, or {@code unknown}. */
  @Override
  public String toString() {
    if (nobodyTold()) {
      return "unknown";
    }
    return String.format(Locale.ROOT, "main %.3f aux1 %.3f aux2 %.3f", main, aux1, aux2);
  }

  /** As a further part of a line, {@code , dead 2% - 14%}: empty where nobody told a figure. */
  String following(String name, DoubleFunction<String> form) {
    if (nobodyTold()) {
      return "";
    }
    return DoubleStream.of(inOrder())
        .mapToObj(value -> Double.isNaN(value) ? "-" : form.apply(value))
        .collect(Collectors.joining(" ", ", " + name + " ", ""));
  }

  private boolean nobodyTold() {
    return DoubleStream.of(inOrder()).allMatch(Double::isNaN);
  }
}
