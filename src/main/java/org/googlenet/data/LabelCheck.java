package org.googlenet.data;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether a label that is written in a shard can be that of a class. */
public final class LabelCheck {

  /** The most classes that are made of numbers alone. */
  private static final int MOST = 100_000;

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");

  private final int first;
  private final int classes;
  private final Set<String> names;

  /** A check against the classes of some options. */
  public LabelCheck(IndexOptions options) {
    this.first = options.labelBase();
    this.classes = options.classNames().size();
    this.names = new HashSet<>(options.classNames());
  }

  /** Whether a label is a class's number and not its name. */
  static boolean isNumber(String label) {
    return NUMBER.matcher(label).matches();
  }

  /** What is wrong with a label, with the remedy; null if nothing is. */
  public String flaw(String label) {
    if (!isNumber(label)) {
      return names.isEmpty() || names.contains(label)
          ? null
          : String.format(
              Locale.ROOT,
              "label '%s' is not one of the %d class names; name it, or leave it out with"
                  + " --skip-bad",
              label,
              classes);
    }
    long number = Long.parseLong(label);
    long last = first + (names.isEmpty() ? MOST : classes) - 1L;
    return number >= first && number <= last
        ? null
        : String.format(
            Locale.ROOT,
            "label %d is outside %d..%d; see --label-base and --class-names, or leave it out with"
                + " --skip-bad",
            number,
            first,
            last);
  }
}
