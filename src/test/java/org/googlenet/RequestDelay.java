package org.googlenet;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes requests late, as a network does, and counts how many are under way at the same time. */
final class RequestDelay {

  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private volatile long millis;

  /** What is done with a request. */
  @FunctionalInterface
  interface Answer {

    void give() throws IOException;
  }

  void set(Duration latency) {
    millis = latency.toMillis();
  }

  int mostAtOnce() {
    return mostAtOnce.get();
  }

  void pass(Answer answer) throws IOException {
    mostAtOnce.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    try {
      pause(millis);
      answer.give();
    } finally {
      underWay.decrementAndGet();
    }
  }

  static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw (IOException) new InterruptedIOException("the proxy is closed").initCause(e);
    }
  }
}
