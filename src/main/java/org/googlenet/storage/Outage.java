package org.googlenet.storage;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.googlenet.common.ClockText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time during which a storage fails, shared by all calls of this process: they have one
 * deadline, and the log says in one series of lines what is being waited for.
 *
 * <p>It ends when each kind of call that failed, a read or a change, has succeeded, or when a call
 * fails that began long after the last failure.
 */
final class Outage {

  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

  /** Anything shorter is not worth a line in the log. */
  private static final long BLIP = Duration.ofSeconds(2).toNanos();

  private static final long BETWEEN_LINES = Duration.ofSeconds(30).toNanos();

  /** After this long without a failure, the next failure is a new outage. */
  private static final long QUIET = Duration.ofSeconds(30).toNanos();

  private final String place;
  private final long deadline;
  private final boolean mayTell;
  private final Set<Boolean> failing = new HashSet<>();

  private volatile boolean isOn;
  private long start;
  private long lastFailure;
  private long lastLine;
  private String lastWords = "";
  private boolean isTold;

  /**
   * A storage that is not failing.
   *
   * @param place how log lines name it
   * @param isTold whether the log says what is being waited for
   */
  Outage(String place, Duration deadline, boolean isTold) {
    this.place = place;
    this.deadline = deadline.toNanos();
    this.mayTell = isTold;
  }

  /**
   * Records a failure.
   *
   * @param words what failed and how
   * @param since when it began to fail, as {@link System#nanoTime} counts
   * @param begun when the call was made
   * @return when the outage began
   */
  synchronized long failed(Request request, String words, long since, long begun) {
    long now = System.nanoTime();
    if (isOn && begun - lastFailure > QUIET) {
      over();
    }
    if (!isOn) {
      start = since;
      lastLine = since - BETWEEN_LINES;
      isOn = true;
    }
    failing.add(request.verb().changes());
    lastFailure = now;
    lastWords = words;
    tell(now);
    return start;
  }

  /** Logs what is still being waited for, if it is time to. */
  void remind() {
    if (isOn) {
      synchronized (this) {
        tell(System.nanoTime());
      }
    }
  }

  /** Records an answer. */
  void succeeded(Request request) {
    if (isOn) {
      synchronized (this) {
        if (failing.remove(request.verb().changes()) && failing.isEmpty()) {
          if (isTold) {
            LOG.warn("{}: answers again, after {} s", place, seconds(System.nanoTime() - start));
          }
          over();
        }
      }
    }
  }

  /**
   * Whether calls like this one are failing, as far as is known: changes may fail alone, but if
   * reads fail, everything does.
   */
  boolean isOn(Request request) {
    if (!isOn) {
      return false;
    }
    synchronized (this) {
      return isOn && (request.verb().changes() || failing.contains(false));
    }
  }

  /** When the calls give up. */
  synchronized long end() {
    return ShutdownDeadline.cut(start + deadline);
  }

  private void over() {
    isOn = false;
    isTold = false;
    failing.clear();
  }

  private void tell(long now) {
    long left = ShutdownDeadline.cut(start + deadline) - now;
    if (mayTell && isOn && left > 0 && now - start >= BLIP && now - lastLine >= BETWEEN_LINES) {
      LOG.warn(
          "{}; {} until {}",
          lastWords,
          isTold ? "tried for " + seconds(now - start) + " s, and again" : "trying again",
          ClockText.in(Duration.ofNanos(left)));
      lastLine = now;
      isTold = true;
    }
  }

  private static long seconds(long nanos) {
    return Duration.ofNanos(nanos).toSeconds();
  }
}
