package org.googlenet.training;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The wish that a training ends early, told to the thread that trains by another one. */
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

  /** What the process will end with, once the request is made. */
  int exitCode() {
    return code;
  }

  /** Returns after that time, or at once with false if the request is made, or was before. */
  boolean passes(Duration time) {
    try {
      return !made.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
