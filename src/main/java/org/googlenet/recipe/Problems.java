package org.googlenet.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is wrong with a recipe so far: at most one line for each key, unknown keys first. */
final class Problems {

  private final KnownKeys known;
  private final List<String> unreadable = new ArrayList<>();
  private final List<String> unknown = new ArrayList<>();
  private final Map<String, String> byPath = new LinkedHashMap<>();

  Problems(KnownKeys known) {
    this.known = known;
  }

  /** Notes something that is not about one key's value. */
  void note(String line) {
    unreadable.add(line);
  }

  void unknownKey(String section, String key) {
    unknown.add(KnownKeys.join(section, key) + ": unknown key; " + known.advice(section, key));
  }

  /** Notes what is wrong with a key's value; a later line about the same key replaces it. */
  void value(String path, String line) {
    byPath.put(path, line);
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>(unreadable);
    lines.addAll(unknown);
    lines.addAll(byPath.values());
    return lines;
  }
}
