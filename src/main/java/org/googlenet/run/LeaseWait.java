package org.googlenet.run;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.googlenet.storage.ObjectStore;

/**
 * Takes a run that another driver may hold: waits until that driver has given it back or its
 * deadline has passed.
 *
 * @param atMost how long to wait; zero for not at all
 * @param pause waits between two looks at the run
 * @param listener is notified of the driver that is waited for
 */
public record LeaseWait(Duration atMost, Clock clock, Pause pause, Listener listener) {

  /** A driver that ends gives its run back, so it is worth looking before the deadline. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

  /** Waits for some time. */
  @FunctionalInterface
  public interface Pause {

    /** Returns true after that time, or false at once if the waiting should end. */
    boolean passes(Duration time);

    /** Sleeps until the time is over or the thread is interrupted. */
    static boolean asleep(Duration time) {
      try {
        Thread.sleep(time.toMillis());
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  /** Is notified of the driver that is waited for. */
  @FunctionalInterface
  public interface Listener {

    /**
     * The waiting begins, or goes on with another driver in charge.
     *
     * @param holder the term in charge
     * @param until when the waiting ends in any case
     */
    void waiting(Term holder, Instant until);
  }

  /** Takes the run, as {@link Lease#acquire} does. */
  @FunctionalInterface
  public interface Attempt<T> {

    T take() throws IOException;
  }

  /**
   * Takes the run as soon as it is free.
   *
   * @return empty if the waiting was ended
   * @throws RunHeldProblem if another driver holds the run when the time is over
   */
  public <T> Optional<T> take(ObjectStore run, Attempt<T> attempt) throws IOException {
    Instant until = clock.instant().plus(atMost);
    Optional<Term> told = Optional.empty();
    while (true) {
      Optional<Term> holder = isOver(until) ? Optional.empty() : holder(run);
      if (holder.isEmpty()) {
        try {
          return Optional.of(attempt.take());
        } catch (RunHeldProblem e) {
          if (isOver(until)) {
            throw e;
          }
          // Another waiting driver was faster.
        }
      } else if (!holder.map(Term::owner).equals(told.map(Term::owner))) {
        listener.waiting(holder.get(), until);
        told = holder;
      }
      if (!pause.passes(untilNextLook(holder, until))) {
        return Optional.empty();
      }
    }
  }

  /**
   * Waits until no driver holds the run, without taking it.
   *
   * @throws RunHeldProblem if a driver holds it when the time is over
   */
  public void untilFree(ObjectStore run) throws IOException {
    take(
        run,
        () -> {
          Optional<Term> holder = holder(run);
          if (holder.isPresent()) {
            throw RunHeldProblem.held(run.location(), holder.get());
          }
          return run;
        });
  }

  private boolean isOver(Instant until) {
    return !clock.instant().isBefore(until);
  }

  private Optional<Term> holder(ObjectStore run) throws IOException {
    return Terms.last(run).filter(term -> !term.isOver(clock.millis()));
  }

  private Duration untilNextLook(Optional<Term> holder, Instant until) {
    long end = Math.min(holder.map(Term::deadline).orElse(Long.MAX_VALUE), until.toEpochMilli());
    long left = Math.max(1, end - clock.millis());
    return Duration.ofMillis(Math.min(left, BETWEEN_LOOKS.toMillis()));
  }
}
