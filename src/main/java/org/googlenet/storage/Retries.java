package org.googlenet.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tries a call to storage again, after growing pauses, until it succeeds, or a deadline has passed,
 * or the error is one that no further try can mend.
 *
 * <p>This is the last resort above the retries of Hadoop's own clients, which look after single
 * requests for some seconds ({@link HadoopDefaults}).
 */
final class Retries {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Duration deadline;

  /**
   * Retries that give up.
   *
   * @param deadline from the first failure; a try that is under way then may end
   */
  Retries(Duration deadline) {
    this.deadline = deadline;
  }

  /** One or more requests to storage, which may be made again. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws IOException;
  }

  /**
   * Runs a call.
   *
   * @param object what it is about, for messages
   * @throws StorageRefused if storage refuses it for a reason that stays
   * @throws IOException if the error is final, or with a {@link StorageProblem} as its cause when
   *     the deadline has passed
   */
  <T> T run(String object, Call<T> call) throws IOException {
    Attempts attempts = attempts(object);
    while (true) {
      try {
        return call.run();
      } catch (IOException e) {
        attempts.failed(e);
      } catch (NullPointerException e) {
        if (!isHadoops(e)) {
          throw e;
        }
        attempts.failed(new IOException("an answer of the storage broke off", e));
      }
    }
  }

  /** What S3A makes of a HEAD whose answer breaks off before the length. */
  private static boolean isHadoops(NullPointerException e) {
    StackTraceElement[] stack = e.getStackTrace();
    return stack.length > 0 && stack[0].getClassName().startsWith("org.apache.hadoop.");
  }

  /** A series of tries, for a caller with a loop of its own. */
  Attempts attempts(String object) {
    return new Attempts(object);
  }

  /** The failures of one call, from the first on. */
  final class Attempts {

    private final String object;
    private long firstFailure;
    private boolean hasFailed;
    private Duration pause = FIRST_PAUSE;

    private Attempts(String object) {
      this.object = object;
    }

    /** Returns after a pause when another try is due, and throws when none is. */
    void failed(IOException e) throws IOException {
      HadoopErrors.throwIfRefused(object, e);
      if (HadoopErrors.isFinal(e)) {
        throw e;
      }
      long now = System.nanoTime();
      if (!hasFailed) {
        firstFailure = now;
        hasFailed = true;
      }
      Duration waited = Duration.ofNanos(now - firstFailure);
      if (waited.plus(pause).compareTo(deadline) > 0) {
        throw StorageProblem.afterTries(object, waited, e);
      }
      pause(e);
    }

    private void pause(IOException e) throws IOException {
      try {
        // Many workers that were thrown out together are not to come back together.
        Thread.sleep((long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1)));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw (IOException)
            new InterruptedIOException(object + ": interrupted between two tries").initCause(e);
      }
      Duration next = pause.multipliedBy(2);
      pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }
  }
}
