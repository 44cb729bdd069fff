package org.googlenet.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All objects of a store at one moment, as a value: equal contents are the same object. */
final class Contents {

  /** Makes equal contents the same object, so that they are told apart by a pointer. */
  static final class Pool {

    private final Map<Contents, Contents> all = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();

    Contents empty() {
      return unique(new Contents(this, new String[0], new String[0]));
    }

    /** How many different ones there were. */
    int size() {
      return all.size();
    }

    private Contents unique(Contents contents) {
      Contents known = all.putIfAbsent(contents, contents);
      return known == null ? contents : known;
    }

    private String unique(String text) {
      String known = texts.putIfAbsent(text, text);
      return known == null ? text : known;
    }
  }

  private final Pool pool;
  private final String[] names;
  private final String[] texts;
  private final int hash;

  private Contents(Pool pool, String[] names, String[] texts) {
    this.pool = pool;
    this.names = names;
    this.texts = texts;
    this.hash = 31 * Arrays.hashCode(names) + Arrays.hashCode(texts);
  }

  /** An object's text, or null if it is not there. */
  String get(String name) {
    int index = Arrays.binarySearch(names, name);
    return index < 0 ? null : texts[index];
  }

  /** The names of the objects below a folder, sorted; all for "". */
  List<String> list(String folder) {
    List<String> found = new ArrayList<>();
    for (String name : names) {
      if (folder.isEmpty() || name.startsWith(folder + "/")) {
        found.add(name);
      }
    }
    return found;
  }

  Contents with(String name, String text) {
    int index = Arrays.binarySearch(names, name);
    if (index >= 0) {
      String[] changed = texts.clone();
      changed[index] = pool.unique(text);
      return pool.unique(new Contents(pool, names, changed));
    }
    int at = -index - 1;
    return pool.unique(
        new Contents(
            pool, inserted(names, at, pool.unique(name)), inserted(texts, at, pool.unique(text))));
  }

  Contents without(String name) {
    int index = Arrays.binarySearch(names, name);
    return index < 0
        ? this
        : pool.unique(new Contents(pool, removed(names, index), removed(texts, index)));
  }

  /** With a folder renamed; the same if there is one of the new name. */
  Contents renamed(String from, String to) {
    Contents renamed = this;
    for (String name : list(to).isEmpty() ? list(from) : List.<String>of()) {
      renamed = renamed.without(name).with(to + name.substring(from.length()), get(name));
    }
    return renamed;
  }

  /** What a call of the store makes of it. */
  Contents after(Step step) {
    return switch (step.kind()) {
      case CREATE -> get(step.name()) == null ? with(step.name(), step.text()) : this;
      case OVERWRITE, PUT -> with(step.name(), step.text());
      case DELETE -> without(step.name());
      case RENAME -> renamed(step.name(), step.text());
      case READ, LIST, SETTLE, CLOCK -> this;
    };
  }

  private static String[] inserted(String[] array, int at, String element) {
    String[] longer = new String[array.length + 1];
    System.arraycopy(array, 0, longer, 0, at);
    longer[at] = element;
    System.arraycopy(array, at, longer, at + 1, array.length - at);
    return longer;
  }

  private static String[] removed(String[] array, int at) {
    String[] shorter = new String[array.length - 1];
    System.arraycopy(array, 0, shorter, 0, at);
    System.arraycopy(array, at + 1, shorter, at, array.length - at - 1);
    return shorter;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Contents contents
            && hash == contents.hash
            && Arrays.equals(names, contents.names)
            && Arrays.equals(texts, contents.texts));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < names.length; i++) {
      text.append(names[i]).append(": ").append(texts[i].replaceAll("\\s+", " ")).append('\n');
    }
    return text.toString();
  }
}
