package org.googlenet.report.rest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to a server in their order: those that it could not take are kept and sent again later,
 * from time to time. The log names an outage once. Of one thread.
 */
public final class Outbox {

  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private static final int MOST = 10_000;

  private final String name;
  private final Duration pause;
  private final LongSupplier nanoTime;
  private final Deque<Runnable> requests = new ArrayDeque<>();
  private boolean away;
  private boolean warned;
  private long since;

  /**
   * @param name of the server, for the log
   * @param pause between two tries while it is away
   */
  public Outbox(String name, Duration pause) {
    this(name, pause, System::nanoTime);
  }

  Outbox(String name, Duration pause, LongSupplier nanoTime) {
    this.name = name;
    this.pause = pause;
    this.nanoTime = nanoTime;
  }

  /**
   * Sends a request after those that wait, or keeps it.
   *
   * @param request may be made again, also if it has succeeded and only the answer was lost
   * @throws RestProblem if the server says no
   * @throws IllegalStateException if too many wait
   */
  public void send(Runnable request) {
    requests.add(request);
    if (!away || nanoTime.getAsLong() - since >= pause.toNanos()) {
      sendAll();
    }
    if (requests.size() > MOST) {
      throw new IllegalStateException("it is away for so long that nothing more is kept for it");
    }
  }

  /** Tries once more to send what waits. */
  public void sendLast() {
    if (!requests.isEmpty()) {
      sendAll();
    }
    if (!requests.isEmpty() && !Thread.currentThread().isInterrupted()) {
      LOG.warn("{} has not come back, and lacks the rest of this training", name);
    }
  }

  private void sendAll() {
    try {
      while (!requests.isEmpty()) {
        requests.peek().run();
        requests.poll();
      }
      away = false;
    } catch (RestProblem problem) {
      if (!problem.isPassing()) {
        throw problem;
      }
      away = true;
      since = nanoTime.getAsLong();
      warn(problem);
    }
  }

  private void warn(RestProblem problem) {
    if (!warned && !Thread.currentThread().isInterrupted()) {
      warned = true;
      LOG.warn(
          "{} is away, and gets later what it misses if it comes back: {}",
          name,
          problem.getMessage());
    }
    LOG.debug("", problem);
  }
}
