package org.googlenet.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is wrong with a recipe so far: at most one line for each key, unknown keys first. */
public final class Problems {

  private final List<String> unreadable = new ArrayList<>();
  private final Map<String, String> byPath = new LinkedHashMap<>();
  private final List<Unknown> unknown = new ArrayList<>();
  private final KnownKeys known = new KnownKeys();

  private record Unknown(String section, String key) {}

  /** Notes something that is not about one key's value. */
  void note(String line) {
    unreadable.add(line);
  }

  /** Notes what is wrong with a key's value; a later word about the same key replaces it. */
  void value(String path, String line) {
    byPath.put(path, line);
  }

  void unknownKey(String section, String key) {
    unknown.add(new Unknown(section, key));
  }

  void knownKey(String path) {
    known.add(path);
  }

  /** The paths of all keys that were asked for so far. */
  Set<String> knownKeys() {
    return known.paths();
  }

  /** All lines. */
  List<String> lines() {
    List<String> lines = new ArrayList<>(unreadable);
    for (Unknown u : unknown) {
      lines.add(
          KnownKeys.join(u.section, u.key) + ": unknown key; " + known.advice(u.section, u.key));
    }
    lines.addAll(byPath.values());
    return lines;
  }
}
