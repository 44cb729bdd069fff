package org.googlenet.common;

import java.util.OptionalInt;

/**
 * The signal that told this process to end, if any: the exit code is then the signal's, whatever
 * the command returns.
 */
public final class EndSignal {

  /** Shells and the JVM add this to a signal's number to get the exit code. */
  private static final int OFFSET = 128;

  private static volatile int number;

  private EndSignal() {}

  /** Notes a signal that ends the process, by its number: 1 (HUP), 2 (INT) or 15 (TERM). */
  public static void received(int signal) {
    number = signal;
  }

  /** The exit code of the process; empty as long as no signal has told it to end. */
  public static OptionalInt exitCode() {
    int received = number;
    return received == 0 ? OptionalInt.empty() : OptionalInt.of(OFFSET + received);
  }
}
