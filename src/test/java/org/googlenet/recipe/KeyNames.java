package org.googlenet.recipe;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Every key that the reader asks for, over recipes that name each kind of everything. */
final class KeyNames {

  private static final List<String> KINDS =
      List.of(
          "learningRate: {schedule: constant}",
          "learningRate: {schedule: step}",
          "learningRate: {schedule: cosine}",
          "averaging: {outer: slowmo}",
          "divergence: rewind");

  private KeyNames() {}

  /** Keys with a value of their own, and those that take a scalar for an object. */
  static Set<String> all() {
    Set<String> asked = new TreeSet<>();
    for (String yaml : KINDS) {
      Problems problems = new Problems();
      RecipeReader.read(tree(yaml), "x", problems);
      asked.addAll(problems.knownKeys());
    }
    Set<String> keys = new TreeSet<>(asked);
    keys.removeIf(key -> isSection(key, asked) && Shorthand.firstKey(key).isEmpty());
    return keys;
  }

  private static boolean isSection(String key, Set<String> asked) {
    return asked.stream().anyMatch(other -> other.startsWith(key + "."));
  }

  private static Node tree(String yaml) {
    try {
      return YamlTree.read(yaml);
    } catch (YamlTree.Malformed e) {
      throw new IllegalArgumentException(e);
    }
  }
}
