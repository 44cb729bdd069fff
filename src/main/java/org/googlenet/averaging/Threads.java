package org.googlenet.averaging;

import java.util.stream.IntStream;

/** Shares work among the threads that a task may use; the calling thread does a part of it. */
final class Threads {

  private Threads() {}

  /** Does a part of some work, from one number to another (excluded). */
  interface Part {
    void run(int from, int to);
  }

  /**
   * Does some work, in as many parts as there are threads.
   *
   * @throws RuntimeException what a part throws
   */
  static void share(int work, int threads, Part part) {
    if (threads == 1 || work == 1) {
      part.run(0, work);
      return;
    }
    IntStream.range(0, threads)
        .parallel()
        .forEach(
            i ->
                part.run(
                    (int) ((long) work * i / threads), (int) ((long) work * (i + 1) / threads)));
  }
}
