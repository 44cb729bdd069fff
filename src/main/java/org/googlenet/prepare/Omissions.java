package org.googlenet.prepare;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

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
  public record Kind(Omission omission, long count, List<String> first) {}

  /**
   * Adds a case.
   *
   * @param line of what is bad, a message with a remedy; of what is passed over, a name
   */
  public Omissions add(Omission omission, String line) {
    kinds.computeIfAbsent(omission, none -> new Cases()).add(line.replaceAll("\\p{Cc}+", "?"));
    return this;
  }

  /** Adds what was found elsewhere. */
  public Omissions add(Omissions others) {
    others.kinds.forEach(
        (omission, cases) -> kinds.computeIfAbsent(omission, none -> new Cases()).add(cases));
    return this;
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
