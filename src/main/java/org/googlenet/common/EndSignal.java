package org.googlenet.common;

import java.util.OptionalInt;

/**
 * The signal by which this process was told to end, if it was: its exit code is then the signal's,
 * whatever a command makes of it.
 */
public final class EndSignal {

  /** A shell adds it to a signal's number, and so does the JVM. */
  private static final int OFFSET = 128;

  private static volatile int number;

  private EndSignal() {}

  /** Notes a signal that ends the process, by its number: 1 (HUP), 2 (INT) or 15 (TERM). */
  public static void received(int signal) {
    number = signal;
  }

  /** What the process ends with; empty as long as nobody has told it to end. */
  public static OptionalInt exitCode() {
    int received = number;
    return received == 0 ? OptionalInt.empty() : OptionalInt.of(OFFSET + received);
  }
}
