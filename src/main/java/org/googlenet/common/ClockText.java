package org.googlenet.common;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times of day as the log writes them, in this machine's zone: {@code 14:05:00}. */
public final class ClockText {

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private ClockText() {}

  /** The time of day that it will be after a duration. */
  public static String in(Duration duration) {
    return format(LocalTime.now(ZoneId.systemDefault()).plus(duration));
  }

  /** With its seconds also where they are none, which {@link LocalTime#toString} leaves out. */
  static String format(LocalTime time) {
    return FORMAT.format(time);
  }
}
