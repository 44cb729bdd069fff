package org.googlenet.training;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.Lease;
import org.googlenet.run.LeaseWait;
import org.googlenet.run.Restart;
import org.googlenet.run.Term;
import org.googlenet.storage.Stores;

/**
 * Takes a run for this driver: at once, after waiting for the one that holds it, or by moving the
 * old run aside.
 *
 * @param location of the run
 * @param length of the lease
 */
record RunTaking(
    Stores stores,
    String location,
    Duration length,
    TrainingJob.Options options,
    TrainingListener listener) {

  /**
   * Takes it.
   *
   * @param pause waits between two looks at the run
   * @return empty if the waiting was ended
   */
  Optional<Lease> take(LeaseWait.Pause pause) throws IOException {
    return new LeaseWait(options.leaseWait(), Clock.systemUTC(), pause, this::waiting)
        .take(stores.open(location), this::takeNow);
  }

  private void waiting(Term holder, Instant until) {
    listener.on(new TrainingEvent.Waiting(location, holder.owner(), holder.number(), until));
  }

  private Lease takeNow() throws IOException {
    String owner = Lease.newOwner();
    if (!options.restart()) {
      return Lease.acquire(stores.open(location), owner, length, Clock.systemUTC());
    }
    Restart restart = Restart.of(stores, location, owner, length, Clock.systemUTC());
    restart
        .movedTo()
        .ifPresent(old -> listener.on(new TrainingEvent.Warned("the old run is in " + old)));
    return restart.lease();
  }
}
