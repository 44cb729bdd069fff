package org.googlenet.evaluation;

import java.util.Locale;

/**
 * Decides whether a challenger may take the champion's place: it must be better on the same
 * records, by a margin, and by more than chance explains.
 *
 * @param margin the least difference in top-1, in percentage points
 * @param significance the largest p of {@link McNemar}, above 0 and at most 1
 * @param minimumTop1 the least top-1 of a challenger if there is no champion yet, in percent; null
 *     if none is given
 */
public record Gate(double margin, double significance, Double minimumTop1) {

  /**
   * A decision and its numbers; those of the comparison are null if there is no champion.
   *
   * @param isYes whether the challenger may be promoted
   * @param reason one line
   * @param difference top-1 of the challenger minus the champion's, in percentage points
   * @param onlyChallenger number of records that only the challenger gets right
   * @param onlyChampion number of records that only the champion gets right
   * @param p of {@link McNemar}
   */
  public record Decision(
      boolean isYes,
      String reason,
      Double difference,
      Integer onlyChallenger,
      Integer onlyChampion,
      Double p) {}

  public Gate {
    boolean valid =
        Math.abs(margin) <= 100
            && significance > 0
            && significance <= 1
            && (minimumTop1 == null || (minimumTop1 >= 0 && minimumTop1 <= 100));
    if (!valid) {
      throw new IllegalArgumentException(
          "margin " + margin + ", significance " + significance + ", minimum " + minimumTop1);
    }
  }

  /**
   * Decides between two models that were evaluated on the same records; those that could not be
   * read for one of them do not count.
   */
  public Decision decide(Hits challenger, Hits champion) {
    int ahead = challenger.countOnlyHere(champion);
    int behind = champion.countOnlyHere(challenger);
    double difference = points((double) ahead - behind, challenger.countRead(champion));
    double p = McNemar.p(ahead, behind);
    boolean isYes = difference >= margin && p <= significance;
    return new Decision(isYes, reason(difference, p), difference, ahead, behind, p);
  }

  private String reason(double difference, double p) {
    if (difference < margin) {
      return format(
          "top-1 differs by %+.2f points from the champion's, at least %+.2f are wanted",
          difference, margin);
    }
    return p > significance
        ? format(
            "chance alone explains a difference of %+.2f points: p is %.3g, at most %s is wanted",
            difference, p, significance)
        : format("%+.2f points, and p is %.3g", difference, p);
  }

  /** Decides about the first champion. */
  public Decision decideFirst(Hits challenger) {
    if (minimumTop1 == null) {
      throw new IllegalStateException("no champion and no minimum to hold a challenger to");
    }
    double top1 = points(challenger.count(), challenger.records());
    return new Decision(
        top1 >= minimumTop1,
        format("no champion yet; top-1 is %.2f%%, at least %.2f%% is wanted", top1, minimumTop1),
        null,
        null,
        null,
        null);
  }

  /** Rounded once, so that 3 of 300 records are exactly 1 point. */
  private static double points(double count, int records) {
    return records == 0 ? 0 : 100 * count / records;
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
