package org.googlenet.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tries calls to one storage again, after growing pauses, until they succeed, a deadline has
 * passed, or the error is one that no further try can fix.
 *
 * <p>While the storage fails, all calls share one deadline ({@link Outage}): when it has passed, a
 * call in progress is abandoned, and a new call gets a single try. No single call is tried for
 * longer than the deadline either. {@link Stores#hurry} can shorten all of this.
 *
 * <p>This works above the retries of Hadoop's own clients, which retry a single request for some
 * seconds ({@link HadoopDefaults}).
 */
final class Retries {

  private static final long FIRST_PAUSE = Duration.ofMillis(200).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofSeconds(5).toNanos();

  /** How often a waiting thread looks at the clock and logs what it is waiting for. */
  private static final long SLICE = Duration.ofMillis(250).toNanos();

  /** A call that should be short counts as failing after this long without an answer. */
  private static final long SILENCE = Duration.ofSeconds(30).toNanos();

  /** A time-out is noticed late: the storage may have been failing for up to this long. */
  private static final long LATEST = Duration.ofMinutes(1).toNanos();

  /** How long an interrupted thread waits for its call to end. */
  private static final long CANCEL = Duration.ofSeconds(10).toNanos();

  /** How long a call to a storage that answers may take when the process is about to end. */
  private static final long LAST_CALL = Duration.ofSeconds(3).toNanos();

  private static final long LAST_WRITE = Duration.ofSeconds(30).toNanos();

  private final Errors errors;
  private final long deadline;
  private final long refusals;
  private final long shortest;
  private final boolean apart;
  private final boolean fromStart;
  private final Outage outage;
  private final Set<Request.Right> allowed = ConcurrentHashMap.newKeySet();

  private Retries(
      String place, Duration deadline, Errors errors, boolean apart, boolean fromStart) {
    this.errors = errors;
    this.deadline = deadline.toNanos();
    // 5 s and 10 s with the default deadline.
    this.refusals = this.deadline / 24;
    this.shortest = Math.max(Duration.ofSeconds(1).toNanos(), this.deadline / 12);
    this.apart = apart;
    this.fromStart = fromStart;
    this.outage =
        new Outage(
            place,
            deadline,
            !fromStart); // the wait for a first answer is short, and its end is reported anyway
  }

  /** For a storage whose client runs in this process and may wait forever for an answer. */
  static Retries ofClient(String place, Duration deadline) {
    return new Retries(place, deadline, new HadoopErrors(), true, false);
  }

  /** The same with a deadline that counts from the beginning of a call. */
  static Retries ofFirstAnswer(String place, Duration deadline) {
    return new Retries(place, deadline, new HadoopErrors(), true, true);
  }

  /** For files, whose calls the kernel answers. */
  static Retries ofFiles(String place, Duration deadline) {
    return new Retries(place, deadline, new FileErrors(), false, false);
  }

  /** One or more requests to storage, which can be made again. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws IOException;
  }

  /**
   * Runs a call.
   *
   * @throws StorageRefused if storage refuses it for a reason that will not pass
   * @throws IOException if the error is final, or, with a {@link StorageProblem} as its cause, if
   *     the deadline has passed
   */
  <T> T run(Request request, Call<T> call) throws IOException {
    return new Tries<>(request, call).run();
  }

  /** Records that a call like this one was allowed, so that a later refusal may pass. */
  void allow(Request request) {
    allowed.add(request.right());
  }

  /** Credentials and clocks are right either for every call to a location or for none. */
  private boolean wasAllowed(Request request, IOException refusal) {
    return switch (FailureKind.of(refusal)) {
      case CREDENTIALS, CLOCK ->
          allowed.stream().anyMatch(right -> right.location().equals(request.location()));
      default -> allowed.contains(request.right());
    };
  }

  /** S3A throws this for a HEAD whose answer breaks off before the length. */
  private static boolean isHadoops(NullPointerException e) {
    StackTraceElement[] stack = e.getStackTrace();
    return stack.length > 0 && stack[0].getClassName().startsWith("org.apache.hadoop.");
  }

  /** The tries of one call. */
  private final class Tries<T> {

    private final Request request;
    private final Call<T> call;
    private long tryStart;
    private long firstFailure;
    private boolean hasFailed;
    private IOException lastFailure = new SocketTimeoutException("no answer");
    private long pause = FIRST_PAUSE;

    Tries(Request request, Call<T> call) {
      this.request = request;
      this.call = call;
      if (fromStart) {
        firstFailure = System.nanoTime();
        hasFailed = true;
      }
    }

    T run() throws IOException {
      while (true) {
        tryStart = System.nanoTime();
        try {
          T result = apart ? runApart() : call.run();
          answered();
          return result;
        } catch (IOException e) {
          failed(e);
        } catch (NullPointerException e) {
          if (!isHadoops(e)) {
            throw e;
          }
          failed(new IOException("an answer of the storage broke off", e));
        }
      }
    }

    private T runApart() throws IOException {
      if (ShutdownDeadline.isOver() && isFailing()) {
        throw giveUp(lastFailure);
      }
      Attempt<T> attempt = Attempt.start(call);
      try {
        while (!attempt.ends(SLICE)) {
          lookAtClock(attempt);
        }
      } catch (InterruptedException e) {
        awaitCancelled(attempt, e);
      }
      return attempt.outcome();
    }

    private void lookAtClock(Attempt<T> attempt) throws IOException {
      long now = System.nanoTime();
      if (!request.verb().isLong() && now - tryStart > SILENCE && !outage.isOn(request)) {
        note(new SocketTimeoutException("no answer"), tryStart);
      }
      outage.remind();
      if (now >= endOfTry()) {
        attempt.interrupt();
        if (!isFailing()) {
          note(new SocketTimeoutException("no answer"), tryStart);
        }
        throw giveUp(lastFailure);
      }
    }

    private boolean isFailing() {
      return hasFailed || outage.isOn(request);
    }

    /**
     * When this try is abandoned. If the process is about to end, a storage that answers still gets
     * a reasonable time.
     */
    private long endOfTry() {
      if (!isFailing()) {
        return ShutdownDeadline.isOn()
            ? Math.max(ShutdownDeadline.cut(Long.MAX_VALUE), tryStart + lastTry())
            : Long.MAX_VALUE;
      }
      long end = hasFailed ? firstFailure + deadline : Long.MAX_VALUE;
      if (outage.isOn(request)) {
        end = Math.min(end, outage.end());
      }
      return ShutdownDeadline.cut(Math.max(end, tryStart + shortest));
    }

    private long lastTry() {
      return request.verb().isLong() ? LAST_WRITE : LAST_CALL;
    }

    /** A cancelled write must not be carried out after its caller has gone on. */
    private void awaitCancelled(Attempt<T> attempt, InterruptedException cause) throws IOException {
      attempt.interrupt();
      boolean ended = endsUninterrupted(attempt);
      Thread.currentThread().interrupt();
      if (!ended) {
        throw (IOException)
            new InterruptedIOException(request.object() + ": interrupted").initCause(cause);
      }
    }

    private boolean endsUninterrupted(Attempt<T> attempt) {
      long end = ShutdownDeadline.cut(System.nanoTime() + CANCEL);
      while (true) {
        try {
          return attempt.ends(end - System.nanoTime());
        } catch (InterruptedException again) {
          // The interrupt is passed on already.
        }
      }
    }

    private void answered() {
      allow(request);
      outage.succeeded(request);
    }

    /** Returns after a pause if another try is due, and throws otherwise. */
    private void failed(IOException e) throws IOException {
      Errors.Verdict verdict = errors.judge(e);
      switch (verdict) {
        case ANSWER -> {
          answered();
          throw e;
        }
        case FINAL -> throw e;
        case REFUSED -> throw errors.refused(request.object(), e);
        default -> {}
      }
      boolean isNew = verdict == Errors.Verdict.FORBIDDEN && !wasAllowed(request, e);
      long now = System.nanoTime();
      long since = e instanceof SocketTimeoutException ? Math.max(tryStart, now - LATEST) : now;
      // A storage that refuses what it has never allowed is up: this is not an outage.
      long start = isNew ? noteOwn(e, now) : Math.min(note(e, since), firstFailure);
      if (now + pause > ShutdownDeadline.cut(start + (isNew ? refusals : deadline))) {
        if (isNew) {
          throw errors.refused(request.object(), e);
        }
        throw giveUp(e);
      }
      pause(e);
    }

    /** Begins or continues the outage, and returns when it began. */
    private long note(IOException e, long since) {
      noteOwn(e, since);
      return outage.failed(request, FailureKind.line(request.object(), e), since, tryStart);
    }

    private long noteOwn(IOException e, long since) {
      lastFailure = e;
      if (!hasFailed) {
        firstFailure = since;
        hasFailed = true;
      }
      return firstFailure;
    }

    private IOException giveUp(IOException e) {
      long waited = System.nanoTime() - (hasFailed ? firstFailure : tryStart);
      return StorageProblem.afterTries(request.object(), Duration.ofNanos(waited), e);
    }

    private void pause(IOException e) throws IOException {
      // Many workers that failed together must not come back together.
      long end =
          System.nanoTime() + (long) (pause * ThreadLocalRandom.current().nextDouble(0.5, 1));
      pause = Math.min(2 * pause, LONGEST_PAUSE);
      try {
        for (long left = 1; left > 0; left = ShutdownDeadline.cut(end) - System.nanoTime()) {
          Thread.sleep(Math.min(SLICE, Math.max(0, left)) / 1_000_000);
          outage.remind();
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw (IOException)
            new InterruptedIOException(request.object() + ": interrupted between two tries")
                .initCause(e);
      }
    }
  }
}
