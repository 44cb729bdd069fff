package org.googlenet.recipe;

import java.util.LinkedHashMap;
import java.util.Map;

/** The values of a recipe's keys, as far as they have been read. */
final class Values {

  private final Map<Key<?>, Object> values = new LinkedHashMap<>();

  <T> void put(Key<T> key, T value) {
    values.put(key, value);
  }

  boolean has(Key<?> key) {
    return values.containsKey(key);
  }

  /**
   * A key's value.
   *
   * @throws IllegalStateException if it does not have one, like a key that the chosen kinds do not
   *     use
   */
  @SuppressWarnings("unchecked") // put takes only values of the key's type
  <T> T get(Key<T> key) {
    Object value = values.get(key);
    if (value == null) {
      throw new IllegalStateException(key.path() + ": has no value");
    }
    return (T) value;
  }

  /** A key's value as text; empty if it has none. */
  String text(Key<?> key) {
    return has(key) ? textOf(key) : "";
  }

  private <T> String textOf(Key<T> key) {
    return key.text(get(key));
  }
}
