package org.googlenet.config;

import java.util.List;
import java.util.Map;

/** The one list of values that a recipe may name but this version cannot do. */
final class NotYet {

  /** Keys that have such values, with the values that work. */
  private static final Map<String, List<String>> WORKING =
      Map.of(
          "averaging.localSteps.schedule", List.of("constant"),
          "averaging.compression", List.of("none"),
          "averaging.quorum", List.of("1.0"),
          "divergence.action", List.of("stop"));

  private NotYet() {}

  static boolean refuses(String path, String value) {
    return WORKING.containsKey(path) && !WORKING.get(path).contains(value);
  }

  /** What to use instead of a refused value of that key. */
  static String instead(String path) {
    return String.join(" or ", WORKING.get(path));
  }
}
