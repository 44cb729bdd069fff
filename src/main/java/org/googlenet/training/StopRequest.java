package org.googlenet.training;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A request to end a training early, made by another thread than the one that trains. */
final class StopRequest {

  private volatile int code;
  private final CountDownLatch made = new CountDownLatch(1);

  /**
   * Makes the request.
   *
   * @param exitCode of the process, for {@code outcome.json}
   */
  void make(int exitCode) {
    code = exitCode;
    made.countDown();
  }

  boolean isMade() {
    return made.getCount() == 0;
  }

  /** The exit code that the process will end with, once the request is made. */
  int exitCode() {
    return code;
  }

  /** Returns true after that time, or false as soon as the request is made. */
  boolean passes(Duration time) {
    try {
      return !made.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
