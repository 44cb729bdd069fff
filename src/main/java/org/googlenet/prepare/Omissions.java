package org.googlenet.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.googlenet.storage.Survey;

/**
 * What of a source is not in the data set, by kind: how often, and the first few cases. The order
 * in which parts are added does not change the result, so tasks can gather them.
 */
public final class Omissions implements Serializable {

  private static final long serialVersionUID = 1L;

  private final TreeMap<Omission, Cases> kinds = new TreeMap<>();

  /**
   * One kind.
   *
   * @param first the first ten cases, a line for each: of what is bad a whole message, of what is
   *     passed over only its name
   */
  public record Kind(Omission omission, long count, List<String> first) {

    /** Whether the first cases are all. */
    boolean isWhole() {
      return count == first.size();
    }
  }

  /**
   * Adds a case.
   *
   * @param line of what is bad, a message with a remedy; of what is passed over, a name
   */
  public Omissions add(Omission omission, String line) {
    kinds.computeIfAbsent(omission, none -> new Cases()).add(line.replaceAll("\\p{Cc}+", "?"));
    return this;
  }

  /**
   * Adds what a listing has passed over.
   *
   * @param location that was listed
   */
  public Omissions add(String location, Survey.Aside aside) {
    String file = location + "/" + aside.name();
    return switch (aside.reason()) {
      case HIDDEN -> add(Omission.HIDDEN, aside.name());
      case NOT_A_FILE -> add(Omission.OTHER, aside.name());
      case DANGLING_LINK ->
          add(
              Omission.LINK,
              file
                  + ": is a link to a file that does not exist; fetch that file, or remove the link");
      case LOOP_OF_LINKS ->
          add(Omission.LINK, file + ": is a loop of links, to a folder around it; remove the link");
      case UNUSABLE_NAME ->
          add(Omission.NAME, file + ": its name has a control character or a backslash; rename it");
      case NOT_UTF_8 -> add(Omission.NAME, file + ": its name is not in UTF-8; rename it");
    };
  }

  /** Adds what was found elsewhere. */
  public Omissions add(Omissions others) {
    others.kinds.forEach(
        (omission, cases) -> kinds.computeIfAbsent(omission, none -> new Cases()).add(cases));
    return this;
  }

  /** All of it, for people: for each kind a line, and of what is bad a line for each first case. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Kind kind : bad()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "bad: %s, %,d%s",
              kind.omission(),
              kind.count(),
              kind.isWhole() ? "" : "; the first " + kind.first().size()));
      kind.first().forEach(line -> lines.add("  " + line));
    }
    lines.addAll(passedOverLines());
    return lines;
  }

  /** Those lines that are not about what is bad. */
  List<String> passedOverLines() {
    List<String> lines = new ArrayList<>();
    for (Kind kind : passedOver()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "passed over: %s, %,d: %s%s",
              kind.omission(),
              kind.count(),
              String.join(", ", kind.first()),
              kind.isWhole() ? "" : ", ..."));
    }
    return lines;
  }

  /** The kinds of what may be an image that somebody wants. */
  public List<Kind> bad() {
    return kinds(Omission::isBad);
  }

  /** The kinds of what lies beside images. */
  public List<Kind> passedOver() {
    return kinds(omission -> !omission.isBad());
  }

  /** How much is bad. */
  public long badCount() {
    return bad().stream().mapToLong(Kind::count).sum();
  }

  private List<Kind> kinds(Predicate<Omission> wanted) {
    return kinds.entrySet().stream()
        .filter(entry -> wanted.test(entry.getKey()))
        .map(Omissions::kind)
        .toList();
  }

  private static Kind kind(Map.Entry<Omission, Cases> entry) {
    return new Kind(entry.getKey(), entry.getValue().count(), entry.getValue().first());
  }
}
