package org.googlenet.common;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as recipes write them: a whole number and a decimal unit, {@code 20GB}. */
public final class SizeText {

  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,8})(MB|GB|TB)");
  private static final List<String> UNITS = List.of("MB", "GB", "TB");

  private SizeText() {}

  public static Optional<Long> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long unit = 1_000_000;
    for (int i = UNITS.indexOf(matcher.group(2)); i > 0; i--) {
      unit *= 1000;
    }
    return Optional.of(Long.parseLong(matcher.group(1)) * unit);
  }

  /** In the largest unit in which the number is whole. */
  public static String format(long bytes) {
    long count = bytes / 1_000_000;
    int unit = 0;
    while (count % 1000 == 0 && unit < UNITS.size() - 1) {
      count /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%d%s", count, UNITS.get(unit));
  }
}
