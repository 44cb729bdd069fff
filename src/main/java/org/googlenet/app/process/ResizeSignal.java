package org.googlenet.app.process;

import org.apache.spark.util.SignalUtils;

/** Learns from the system that the terminal has another size. */
public final class ResizeSignal {

  private ResizeSignal() {}

  /** Runs an action each time, in a thread of the JVM's. */
  public static void whenResized(Runnable action) {
    SignalUtils.register(
        "WINCH",
        () -> {
          action.run();
          return true;
        });
  }
}
