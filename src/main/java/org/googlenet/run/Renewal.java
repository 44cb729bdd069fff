package org.googlenet.run;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Calls a lease at regular intervals, so that it renews itself beside the work. */
@FunctionalInterface
interface Renewal {

  /**
   * Starts the calls.
   *
   * @return stops the calls; one in progress may still finish
   */
  Runnable start(Duration pause, Runnable renew);

  /** Calls from a thread of its own, which does not keep the JVM alive. */
  static Renewal byThread(String name) {
    return (pause, renew) -> {
      ScheduledExecutorService executor =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread thread = new Thread(task, name);
                thread.setDaemon(true);
                return thread;
              });
      long millis = Math.max(1, pause.toMillis());
      var unused = executor.scheduleWithFixedDelay(renew, millis, millis, TimeUnit.MILLISECONDS);
      return executor::shutdownNow;
    };
  }
}
