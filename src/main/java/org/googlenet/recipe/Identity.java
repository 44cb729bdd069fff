package org.googlenet.recipe;

import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The keys that decide the bits of a run: what goes on must have the same. */
record Identity(Keys keys) {

  /** Those of a recipe, with their values. */
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
   * Those that a run of any older version was trained with, by today's names, and with the values
   * that the keys since then would have had.
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

  /** A line for each key that is not the same, in their order. */
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
