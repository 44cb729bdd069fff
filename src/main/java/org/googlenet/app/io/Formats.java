package org.googlenet.app.io;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Formats figures for people: shares, sizes, times and durations. */
public final class Formats {

  private Formats() {}

  /** A share from 0 to 1 in percent; a dash if it is null. */
  public static String percent(Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.2f%%", 100 * share);
  }

  /** Behind a data set: how many of its records do not count, if there are any. */
  public static String notCounted(long unread, long records) {
    return unread == 0
        ? ""
        : String.format(
            Locale.ROOT, " (%,d of %,d could not be read and are not counted)", unread, records);
  }

  public static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }

  /** A time in milliseconds since 1970, to the second. */
  public static String time(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A time in milliseconds since 1970, and how far it is from now: {@code ..., 3 h ago}. */
  public static String instant(long millis, Clock clock) {
    Duration from = Duration.ofMillis(millis - clock.millis());
    return time(millis)
        + (from.isNegative() ? ", " + duration(from.negated()) + " ago" : ", in " + duration(from));
  }

  /** A duration in the largest unit of which there are at least two. */
  public static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 7_200
        ? seconds / 60 + " min"
        : seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " days";
  }
}
