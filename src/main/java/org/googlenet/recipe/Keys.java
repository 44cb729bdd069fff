package org.googlenet.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The declaration of recipes: every key that there is or was.
 *
 * @param all its keys, in the order of a recipe file
 * @param shorthands sections that may be written as a single value
 * @param dropped keys of older versions
 */
record Keys(List<Key<?>> all, List<Shorthand> shorthands, List<Dropped<?>> dropped) {

  /**
   * @throws IllegalArgumentException if a path is declared twice
   */
  Keys {
    Set<String> paths = new LinkedHashSet<>();
    Stream.of(
            all.stream().map(Key::path),
            all.stream().flatMap(key -> key.formerly().stream()),
            dropped.stream().map(Dropped::path))
        .flatMap(each -> each)
        .filter(path -> !paths.add(path))
        .forEach(
            path -> {
              throw new IllegalArgumentException(path + ": is declared twice");
            });
  }

  /** The key with a path. */
  Optional<Key<?>> at(String path) {
    return all.stream().filter(key -> key.path().equals(path)).findFirst();
  }

  /** The key that had a path in older versions. */
  Optional<Key<?>> formerlyAt(String path) {
    return all.stream().filter(key -> key.formerly().contains(path)).findFirst();
  }

  /** Whether a section has keys today; older names are taken out before this is asked. */
  boolean isSection(String path) {
    return sections().contains(path);
  }

  /** The shorthand for a section, if it has one. */
  Optional<Shorthand> shorthand(String path) {
    return shorthands.stream().filter(each -> each.path().equals(path)).findFirst();
  }

  /** The paths of the keys that a recipe may have in place of this one. */
  List<String> insteadOf(String path) {
    List<String> others = new ArrayList<>();
    for (Key<?> key : all) {
      key.other()
          .ifPresent(
              other -> {
                if (key.path().equals(path)) {
                  others.add(other.path());
                } else if (other.path().equals(path)) {
                  others.add(key.path());
                }
              });
    }
    return others;
  }

  /** The paths of all keys and their sections, each section before what is in it. */
  KnownKeys known() {
    Set<String> paths = new LinkedHashSet<>();
    for (Key<?> key : all) {
      addWithSections(paths, key.path());
    }
    return new KnownKeys(List.copyOf(paths));
  }

  private Set<String> sections() {
    Set<String> sections = new LinkedHashSet<>();
    for (Key<?> key : all) {
      addWithSections(sections, KnownKeys.parent(key.path()));
    }
    return sections;
  }

  private static void addWithSections(Set<String> paths, String path) {
    if (!path.isEmpty()) {
      addWithSections(paths, KnownKeys.parent(path));
      paths.add(path);
    }
  }

  /** A recipe as nested maps with every key written out. */
  Map<String, Object> tree(Recipe recipe) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (Key<?> key : all) {
      key.writtenIn(recipe).ifPresent(value -> put(tree, key.path(), value));
    }
    return tree;
  }

  @SuppressWarnings("unchecked") // a path is either a section or a key
  private static void put(Map<String, Object> tree, String path, Object value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      tree.put(path, value);
    } else {
      Object section =
          tree.computeIfAbsent(path.substring(0, dot), name -> new LinkedHashMap<String, Object>());
      put((Map<String, Object>) section, path.substring(dot + 1), value);
    }
  }
}
