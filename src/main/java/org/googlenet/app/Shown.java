package org.googlenet.app;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** How tables show figures to people. */
final class Shown {

  private Shown() {}

  /** A share from 0 to 1; a dash where it is not known. */
  static String percent(Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.2f%%", 100 * share);
  }

  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }

  /** Milliseconds since 1970, to the second. */
  static String time(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
