package org.googlenet.averaging;

import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** Shares work among the threads that a task may use; the calling thread does a part of it. */
final class Threads {

  private Threads() {}

  /** Does a part of some work, from one number to another (excluded). */
  interface Part {
    void run(int from, int to);
  }

  /**
   * Does some work, in as many parts as there are threads, and returns when all have ended.
   *
   * @throws RuntimeException what one of the parts has thrown
   */
  static void share(int work, int threads, Part part) {
    if (threads == 1 || work == 1) {
      part.run(0, work);
      return;
    }
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    IntStream.range(0, threads)
        .parallel()
        .forEach(
            i -> {
              try {
                part.run(
                    (int) ((long) work * i / threads), (int) ((long) work * (i + 1) / threads));
              } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
              }
            });
    if (failure.get() != null) {
      throw failure.get();
    }
  }
}
