package org.googlenet.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How far measured values are from expected ones: the worst of each quantity, and every miss. */
final class Deviations {

  private final Map<String, String> worst = new TreeMap<>();
  private final Map<String, Double> worstValue = new TreeMap<>();
  private final List<String> misses = new ArrayList<>();

  /** Notes a deviation, and a miss unless it is within the limit (NaN never is). */
  void note(String quantity, String of, double deviation, double limit) {
    double magnitude = Math.abs(deviation);
    if (!(magnitude <= worstValue.getOrDefault(quantity, -1.0))) {
      worstValue.put(quantity, magnitude);
      worst.put(quantity, String.format(Locale.ROOT, "%.1e of %.0e (%s)", magnitude, limit, of));
    }
    if (!(magnitude <= limit)) {
      misses.add(
          String.format(Locale.ROOT, "%s of %s: %.3e > %.0e", quantity, of, magnitude, limit));
    }
  }

  Map<String, String> worst() {
    return worst;
  }

  List<String> misses() {
    return misses;
  }
}
