package org.googlenet.report;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** How events, and what else speaks to people, write numbers and times. */
public final class EventText {

  /** Less is noise, and the share that a training should not exceed. */
  private static final double NOTABLE_WAIT = 0.02;

  private EventText() {}

  static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }

  /** A time in ISO 8601, to the second. */
  public static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** As in {@code 1 worker}, {@code 2 workers}. */
  public static String count(long number, String thing) {
    return format("%,d %s", number, number == 1 ? thing : thing + "s");
  }

  /**
   * The two largest units of a duration: {@code 45s}, {@code 3m12s}, {@code 2h05m}, {@code 3d04h}.
   */
  public static String shortly(Duration duration) {
    long s = Math.max(0, duration.toSeconds());
    if (s < 60) {
      return s + "s";
    }
    if (s < 3600) {
      return format("%dm%02ds", s / 60, s % 60);
    }
    return s < 86_400
        ? format("%dh%02dm", s / 3600, s % 3600 / 60)
        : format("%dd%02dh", s / 86_400, s % 86_400 / 3600);
  }

  /** What a worker takes; {@code plannedBytes} is 0 if it is not known. */
  static String worker(int threads, long plannedBytes) {
    String ofThreads = count(threads, "thread");
    return plannedBytes == 0
        ? ofThreads
        : format("%s and %,d MB", ofThreads, Math.round(plannedBytes / 1e6));
  }

  /** The share of a round that was spent waiting for batches, where it is worth a word. */
  static String waiting(double share) {
    return share < NOTABLE_WAIT || Double.isNaN(share)
        ? ""
        : format(", %.0f%% waiting for data", 100 * share);
  }

  /** At the head of a list: how good a model is, if that is known. */
  static String first(Accuracy accuracy) {
    return accuracy == null ? "" : accuracy + ", ";
  }
}
