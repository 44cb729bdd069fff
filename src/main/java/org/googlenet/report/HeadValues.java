package org.googlenet.report;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/**
 * A metric of each head of a network: its loss (mean cross-entropy over some examples in nats,
 * before the recipe's weights), the norm of its gradient, or the share of its ReLU units that are
 * dead.
 *
 * @param byHead the values by the names of the heads, in the order of the network's outputs; NaN if
 *     a value is not known
 */
public record HeadValues(@JsonValue Map<String, Double> byHead) {

  public HeadValues {
    byHead = Collections.unmodifiableMap(new LinkedHashMap<>(byHead));
  }

  /**
   * Values that are given as an array.
   *
   * @param heads the names, in the order of the network's outputs
   * @param values in the same order; if there are fewer, those of the last heads are not known
   */
  public static HeadValues of(List<String> heads, double... values) {
    Map<String, Double> byHead = new LinkedHashMap<>();
    for (int head = 0; head < heads.size(); head++) {
      byHead.put(heads.get(head), head < values.length ? values[head] : Double.NaN);
    }
    return new HeadValues(byHead);
  }

  /** The value of a head; NaN if it is not known. */
  public double of(String head) {
    return byHead.getOrDefault(head, Double.NaN);
  }

  /** As losses: {@code main 0.812 aux1 1.034 aux2 0.911}, or {@code unknown}. */
  @Override
  public String toString() {
    return upTo(byHead.size());
  }

  /** That of the first head, as {@link #toString} begins. */
  String first() {
    return upTo(1);
  }

  private String upTo(int heads) {
    return nobodyTold()
        ? "unknown"
        : byHead.entrySet().stream()
            .limit(heads)
            .map(head -> String.format(Locale.ROOT, "%s %.3f", head.getKey(), head.getValue()))
            .collect(Collectors.joining(" "));
  }

  /** As a further part of a line, {@code , dead 2% - 14%}; empty if no value was reported. */
  String following(String name, DoubleFunction<String> form) {
    if (nobodyTold()) {
      return "";
    }
    return values().stream()
        .map(value -> Double.isNaN(value) ? "-" : form.apply(value))
        .collect(Collectors.joining(" ", ", " + name + " ", ""));
  }

  private boolean nobodyTold() {
    return values().stream().allMatch(value -> Double.isNaN(value));
  }

  private Collection<Double> values() {
    return byHead.values();
  }
}
