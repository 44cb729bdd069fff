package org.googlenet.report;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.googlenet.run.RunFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes events on in a thread of its own, for a listener that waits for somebody else: whoever
 * closes it waits, no longer than it was told to since the last event.
 *
 * <p>A listener that falls behind by {@value #MOST} events, or fails, receives no more, and the log
 * says so once.
 */
public final class Background implements TrainingListener {

  private static final Logger LOG = LoggerFactory.getLogger(Background.class);

  private static final int MOST = 10_000;

  private final String name;
  private final TrainingListener listener;
  private final Duration patience;
  private final ThreadPoolExecutor thread;
  private long deadline;
  private boolean over;

  /**
   * @param name of what it writes to, for the log and the thread
   * @param patience how long its end is waited for
   */
  public Background(String name, TrainingListener listener, Duration patience) {
    this.name = name;
    this.listener = listener;
    this.patience = patience;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST),
            task -> {
              Thread made = new Thread(task, name);
              made.setDaemon(true);
              return made;
            });
  }

  @Override
  public void begin(RunFiles files) {
    pass(() -> listener.begin(files));
  }

  @Override
  public void on(TrainingEvent event) {
    pass(() -> listener.on(event));
    if (isLast(event)) {
      beginToClose();
    }
  }

  private static boolean isLast(TrainingEvent event) {
    return event instanceof TrainingEvent.RunFinished
        || event instanceof TrainingEvent.Interrupted
        || event instanceof TrainingEvent.RunFailed
        || event instanceof TrainingEvent.AlreadyFinished;
  }

  private void pass(Runnable call) {
    if (thread.isShutdown()) {
      return; // a failure after the last event: the listener has been told how the training ended
    }
    try {
      thread.execute(() -> run(call));
    } catch (RejectedExecutionException e) {
      end("is too slow");
    }
  }

  private void run(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      end(String.valueOf(e.getMessage()));
      LOG.debug("", e);
    }
  }

  private synchronized void end(String reason) {
    if (!over) {
      over = true;
      LOG.warn("{} receives nothing more of this training: {}", name, reason);
    }
    thread.shutdownNow();
  }

  /** The last event does so without waiting, so that several listeners take their ends together. */
  private void beginToClose() {
    if (!thread.isShutdown()) {
      pass(listener::close);
      thread.shutdown();
      deadline = System.nanoTime() + patience.toNanos();
    }
  }

  /** Closes the listener when it has taken all events, and waits for that. */
  @Override
  public void close() {
    beginToClose();
    try {
      if (!thread.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        end("has not taken all within " + EventText.shortly(patience));
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
