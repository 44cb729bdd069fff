package org.googlenet.registry;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One promotion, as stored in {@code champion/0007.json} of a folder of models. The one with the
 * highest number names the champion.
 *
 * @param number counts the promotions from 1
 * @param version the promoted model
 * @param created milliseconds since 1970
 * @param by who promoted it
 * @param note a remark of whoever promoted it; may be empty
 * @param metrics of the model, such as {@code top1}
 */
public record Champion(
    int number, String version, long created, String by, String note, Map<String, Double> metrics) {

  static final String FOLDER = "champion";

  private static final Pattern NAME = Pattern.compile(FOLDER + "/(\\d{4,9})(?:\\.claim)?\\.json");

  public Champion {
    if (number < 1 || !Models.isVersion(version)) {
      throw new IllegalArgumentException("promotion " + number + " of '" + version + "'");
    }
    requirePrintable(by);
    requirePrintable(note);
    metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
  }

  /** Refuses control characters, since text from storage is printed on terminals. */
  private static void requirePrintable(String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("control characters in '" + text + "'");
    }
  }

  /** The name of its object in the store of models. */
  String name() {
    return name(number);
  }

  static String name(int number) {
    return String.format(Locale.ROOT, "%s/%04d.json", FOLDER, number);
  }

  /**
   * The name of a copy of the promotion, written first, so that losing one of the two does not
   * matter.
   */
  static String claimName(int number) {
    return String.format(Locale.ROOT, "%s/%04d.claim.json", FOLDER, number);
  }

  /** The number in the name of a promotion's object; empty for any other name. */
  static Optional<Integer> number(String name) {
    Matcher form = NAME.matcher(name);
    return form.matches()
        ? Optional.of(Integer.parseInt(form.group(1)))
            .filter(n -> name(n).equals(name) || claimName(n).equals(name))
        : Optional.empty();
  }
}
