package org.googlenet.recipe;

import java.util.Set;
import java.util.TreeSet;

/** Every key that is declared. */
final class KeyNames {

  private KeyNames() {}

  /** Keys with a value of their own, and those that take a scalar for an object. */
  static Set<String> all() {
    Set<String> keys = new TreeSet<>();
    RecipeKeys.ALL.all().forEach(key -> keys.add(key.path()));
    RecipeKeys.ALL.shorthands().forEach(shorthand -> keys.add(shorthand.path()));
    return keys;
  }
}
