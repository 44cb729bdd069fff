package org.googlenet.storage;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * One try of a storage call, in a thread of its own that can be abandoned: storage clients ignore
 * interrupts while they connect or wait for an answer.
 */
final class Attempt<T> implements Runnable {

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "storage");
            thread.setDaemon(true);
            return thread;
          });

  private final Retries.Call<T> call;
  private final ClassLoader classes = Thread.currentThread().getContextClassLoader();
  private final CountDownLatch done = new CountDownLatch(1);

  private Thread thread;
  private boolean isInterrupted;
  private T result;
  private Throwable failure;

  private Attempt(Retries.Call<T> call) {
    this.call = call;
  }

  static <T> Attempt<T> start(Retries.Call<T> call) {
    Attempt<T> attempt = new Attempt<>(call);
    THREADS.execute(attempt);
    return attempt;
  }

  @Override
  public void run() {
    runsIn(Thread.currentThread());
    try {
      Thread.currentThread().setContextClassLoader(classes);
      result = call.run();
    } catch (Throwable e) {
      failure = e;
    } finally {
      runsIn(null);
      done.countDown();
    }
  }

  private synchronized void runsIn(Thread current) {
    thread = current;
    if (current != null && isInterrupted) {
      current.interrupt();
    }
  }

  /** Asks the call to end. */
  synchronized void interrupt() {
    isInterrupted = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Waits for the call; returns whether it ended within this time. */
  boolean ends(long nanos) throws InterruptedException {
    return done.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** What the call returned or threw, once it has ended. */
  T outcome() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    return result;
  }
}
