package org.googlenet.recipe;

import java.util.Map;
import java.util.Optional;

/**
 * The keys that take a scalar or an object: {@code outer: slowmo} is {@code outer: {kind: slowmo}}.
 */
final class Shorthand {

  private static final Map<String, String> FIRST_KEYS =
      Map.of(
          "data.cache", "size",
          "averaging.localSteps", "value",
          "averaging.outer", "kind",
          "divergence", "action");

  private Shorthand() {}

  /** The key inside that the scalar stands for. */
  static Optional<String> firstKey(String path) {
    return Optional.ofNullable(FIRST_KEYS.get(path));
  }
}
