package org.googlenet.common;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as recipes and options write them: a whole number and a unit, {@code 500ms 60s 5m 2h}.
 */
public final class DurationText {

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

  private DurationText() {}

  /** The duration that a text stands for; empty if it is not a duration. */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(count);
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          default -> Duration.ofHours(count);
        });
  }

  /** In seconds, or in milliseconds if the seconds are not whole: {@code 60s}, {@code 1500ms}. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
