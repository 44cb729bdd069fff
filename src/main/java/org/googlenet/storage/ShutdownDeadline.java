package org.googlenet.storage;

/** Whether this process is about to end, and the time by which storage must then have answered. */
final class ShutdownDeadline {

  private static final long NEVER = Long.MAX_VALUE;

  /** As {@link System#nanoTime} counts. */
  private static volatile long end = NEVER;

  private ShutdownDeadline() {}

  static void until(long nanoTime) {
    end = nanoTime;
  }

  static void end() {
    end = NEVER;
  }

  /** The earlier of a given time and the end of the process. */
  static long cut(long nanoTime) {
    return Math.min(nanoTime, end);
  }

  static boolean isOn() {
    return end != NEVER;
  }

  static boolean isOver() {
    return end != NEVER && System.nanoTime() >= end;
  }
}
