package org.googlenet.recipe;

import java.util.Comparator;
import java.util.List;

/** The paths of the keys that a recipe may have, and the nearest one to a misspelt key. */
final class KnownKeys {

  private final List<String> paths;

  /**
   * @param paths of keys and sections, in the order of a recipe
   */
  KnownKeys(List<String> paths) {
    this.paths = List.copyOf(paths);
  }

  /** The advice for an unknown key in a section ({@code ""} is the top level). */
  String advice(String section, String key) {
    List<String> siblings =
        paths.stream().filter(p -> parent(p).equals(section)).map(KnownKeys::name).toList();
    String nearest = nearest(siblings, key);
    if (nearest != null && isSlip(nearest, key)) {
      return "did you mean '" + nearest + "'?";
    }
    List<String> elsewhere = paths.stream().filter(p -> name(p).equals(key)).toList();
    if (elsewhere.size() == 1) {
      return "did you mean '" + elsewhere.get(0) + "'?";
    }
    String keys = "known here: " + String.join(", ", siblings);
    return nearest == null ? "no keys belong here" : "did you mean '" + nearest + "'? " + keys;
  }

  private static String nearest(List<String> names, String key) {
    return names.stream().min(Comparator.comparingInt(n -> slips(n, key))).orElse(null);
  }

  private static boolean isSlip(String name, String key) {
    int slips = slips(name, key);
    return slips <= Math.max(2, name.length() / 2) && slips < name.length();
  }

  /** How far a key is from a name; an abbreviation is near. */
  private static int slips(String name, String key) {
    boolean begins = key.length() >= 3 && name.regionMatches(true, 0, key, 0, key.length());
    return begins ? Math.min(1, distance(name, key)) : distance(name, key);
  }

  /** The Levenshtein distance, ignoring case. */
  static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = same(a.charAt(i - 1), b.charAt(j - 1)) ? 0 : 1;
        row[j] = Math.min(above[j - 1] + change, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }

  private static boolean same(char a, char b) {
    return Character.toLowerCase(a) == Character.toLowerCase(b);
  }

  static String join(String section, String key) {
    return section.isEmpty() ? key : section + "." + key;
  }

  static String parent(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
