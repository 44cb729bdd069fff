package org.googlenet.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * When a statement about a recipe key holds: always, never, or depending on another key's value.
 *
 * @param key the other key; null for always and never
 * @param texts values of the other key, as they are written
 * @param holdsWith whether it holds with these values, or with all others
 */
record Condition(Key<?> key, List<String> texts, boolean holdsWith) {

  static final Condition ALWAYS = new Condition(null, List.of(), false);
  static final Condition NEVER = new Condition(null, List.of(), true);

  /** With one of these values. */
  @SafeVarargs
  static <T> Condition with(Key<T> key, T... values) {
    List<String> texts = new ArrayList<>();
    for (T value : values) {
      texts.add(key.text(value));
    }
    return new Condition(key, List.copyOf(texts), true);
  }

  /** With any value but one. */
  static <T> Condition without(Key<T> key, T value) {
    return new Condition(key, List.of(key.text(value)), false);
  }

  /**
   * Whether it holds.
   *
   * @param text of a key's value, empty if it has none
   */
  boolean holds(Function<Key<?>, String> text) {
    boolean isOneOf = key != null && texts.contains(text.apply(key));
    return isOneOf == holdsWith;
  }

  /** The values, for the documentation: {@code `a` and `b`}. */
  String words(String conjunction) {
    return texts.stream()
        .map(text -> "`" + text + "`")
        .collect(Collectors.joining(" " + conjunction + " "));
  }
}
