package org.googlenet.run;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Calls a lease again and again, so that it renews itself beside the work. */
@FunctionalInterface
interface Renewal {

  /**
   * Begins to call.
   *
   * @return ends the calls; one under way may go on
   */
  Runnable start(Duration pause, Runnable renew);

  /** A thread of its own, which does not keep the JVM alive. */
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
