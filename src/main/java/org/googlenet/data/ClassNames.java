package org.googlenet.data;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the names of classes that somebody has listed, on a command line or in a file, before
 * anything is made of them.
 */
public final class ClassNames {

  private ClassNames() {}

  /**
   * What is wrong with names, for a message; empty if they can be told apart and each is one line.
   *
   * @param names in the order of the labels
   */
  public static Optional<String> defect(List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isBlank()) {
        return Optional.of(
            String.format(Locale.ROOT, "the name of class %d is empty", seen.size()));
      }
      if (name.chars().anyMatch(Character::isISOControl)) {
        return Optional.of("'%s' has line breaks or other control characters".formatted(name));
      }
      if (!seen.add(name)) {
        return Optional.of("'%s' is there twice".formatted(name));
      }
    }
    return Optional.empty();
  }
}
