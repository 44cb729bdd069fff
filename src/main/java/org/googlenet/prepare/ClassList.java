package org.googlenet.prepare;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.googlenet.data.ClassNames;
import org.googlenet.data.format.DataProblem;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * Reads the names of classes from a text file with one on each line, in the order of the labels.
 */
public final class ClassList {

  private ClassList() {}

  /**
   * The names, stripped of white space; empty lines do not count.
   *
   * @param file path or URI
   * @throws DataProblem if there is no such file, or a name is there twice, or a line begins with a
   *     {@code #}, which some take for a comment and some for a name
   */
  public static List<String> in(Stores stores, String file) {
    try {
      return distinct(file, SourceFile.of(file).lines(stores));
    } catch (IOException e) {
      throw StorageProblem.at(file, e);
    }
  }

  /** The first words of the lines, as in a list of synsets and what they mean. */
  static List<String> firstWords(Stores stores, String file) throws IOException {
    return distinct(
        file,
        SourceFile.of(file).lines(stores).stream()
            .map(line -> line.replaceFirst("\\s.*", ""))
            .toList());
  }

  private static List<String> distinct(String file, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.startsWith("#")) {
        throw new DataProblem(
            "%s: '%s' begins with '#', and comments are not known here; remove the line"
                .formatted(file, name));
      }
      if (!seen.add(name)) {
        throw new DataProblem("%s: names '%s' twice; name each class once".formatted(file, name));
      }
    }
    return names;
  }

  /**
   * Refuses names on the command line that are not all different, or no names.
   *
   * @throws PrepareRefused if there is a {@linkplain ClassNames#defect defect}
   */
  public static void requireUsable(List<String> names) {
    ClassNames.defect(names)
        .ifPresent(
            defect -> {
              throw new PrepareRefused("--class-names: " + defect + "; name each class once");
            });
  }
}
