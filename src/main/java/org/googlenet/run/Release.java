package org.googlenet.run;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.googlenet.storage.ObjectStore;

/**
 * Frees a run whose driver is dead but whose deadline is far away, as a wrong clock leaves it.
 *
 * <p>The run is taken by the next term, which does not begin and has ended: the next driver goes on
 * from the newest checkpoint, as after a driver that died between its claim and its beginning. If
 * the old driver is alive after all, it finds the newer term at its next check and ends with code
 * 4; the work of the two is never mixed.
 *
 * @param held the term in charge
 * @param watched for how long it was watched
 * @param renewedTo where its deadline has moved meanwhile; empty if it has not
 */
public record Release(Term held, Duration watched, Optional<Long> renewedTo) {

  /**
   * The term of the driver that holds a run.
   *
   * @return empty if no driver does
   * @throws CheckpointProblem if there is no run
   */
  public static Optional<Term> holder(ObjectStore run, Clock clock) throws IOException {
    Optional<Term> last = Terms.last(run);
    if (last.isEmpty()) {
      throw new CheckpointProblem(run.location() + ": there is no run here; check the path");
    }
    return last.filter(term -> !term.isOver(clock.millis()));
  }

  /**
   * Watches whether a run's driver renews its term, as a living driver does every third of the
   * lease.
   *
   * @param pause waits
   * @throws RunHeldProblem if another driver has taken the run meanwhile
   */
  public static Release watch(ObjectStore run, Term held, Duration time, LeaseWait.Pause pause)
      throws IOException {
    pause.passes(time);
    Term now = Terms.last(run).orElse(held);
    if (now.number() != held.number()) {
      throw RunHeldProblem.held(run.location(), now);
    }
    boolean moved = now.deadline() != held.deadline();
    return new Release(now, time, moved ? Optional.of(now.deadline()) : Optional.empty());
  }

  /**
   * Frees the run.
   *
   * @param by who does it
   * @return the term that took the run
   * @throws RunHeldProblem if another driver has taken the run meanwhile
   */
  public Term free(ObjectStore run, String by, Clock clock) throws IOException {
    Terms terms = Terms.read(run, null);
    Term last = terms.last().orElse(held);
    if (last.number() != held.number()) {
      throw RunHeldProblem.held(run.location(), last);
    }
    long now = clock.millis();
    Term next = Term.claimed(terms.highest() + 1, by, now, now).ended(now);
    Lease.create(run, next);
    return next;
  }
}
