package org.googlenet.recipe;

import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The recipe keys that decide the bits of a run: a run can only be continued with the same values.
 */
record Identity(Keys keys) {

  /** The identity keys of a recipe, with their values. */
  SortedMap<String, String> of(Recipe recipe) {
    SortedMap<String, String> identity = new TreeMap<>();
    for (Key<?> key : keys.all()) {
      if (key.identity().holds(each -> each.textIn(recipe))) {
        key.in(recipe).ifPresent(value -> identity.put(key.path(), key.textIn(recipe)));
      }
    }
    return identity;
  }

  /**
   * The identity of a run of any older version, under today's names; keys that were added since
   * have the value that means what was done before.
   */
  SortedMap<String, String> completed(SortedMap<String, String> stored, Consumer<String> warnings) {
    SortedMap<String, String> identity = new TreeMap<>(stored);
    new OldNames(keys, warnings).now(identity);
    for (Key<?> key : keys.all()) {
      boolean belongs =
          key.use().holds(each -> identity.getOrDefault(each.path(), ""))
              && key.identity().holds(each -> identity.getOrDefault(each.path(), ""));
      if (belongs) {
        key.before().ifPresent(value -> identity.putIfAbsent(key.path(), value));
      }
    }
    return identity;
  }

  /** One line for each key whose value differs, in order. */
  static List<String> differences(SortedMap<String, String> run, SortedMap<String, String> recipe) {
    SortedSet<String> paths = new TreeSet<>(run.keySet());
    paths.addAll(recipe.keySet());
    return paths.stream()
        .filter(path -> !Objects.equals(run.get(path), recipe.get(path)))
        .map(path -> difference(path, run.get(path), recipe.get(path)))
        .toList();
  }

  private static String difference(String path, String run, String recipe) {
    return path + ": the run has " + orNone(run) + ", the recipe has " + orNone(recipe);
  }

  private static String orNone(String value) {
    return value == null ? "none" : value;
  }
}
