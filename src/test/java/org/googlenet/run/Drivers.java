package org.googlenet.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Body;

/** Drivers for the model checker: what a training does with its run, and what it must not do. */
final class Drivers {

  static final String RUN = "run";
  static final String ASIDE = "run.old-1";

  /** A driver's renewals are calls of its own, so that they come at every moment there is. */
  static final Renewal NO_RENEWAL = (pause, renew) -> () -> {};

  private static final String MODEL = "model.zip";

  /** Keeps one checkpoint, so that as much as can be is deleted. */
  private static final Retention RETENTION = new Retention(1, 0, 0);

  private static final CheckpointWriter WRITER =
      new CheckpointWriter(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

  private Drivers() {}

  /** Work on a run that is held. */
  @FunctionalInterface
  interface Work {

    void on(Lease lease, Driver.Journal journal) throws IOException;
  }

  /** Takes the run, works and gives the run back; stops where the run is held or lost. */
  static Driver driver(String owner, Work work) {
    return flawed(owner, work, store -> store);
  }

  /** The same through a store that answers otherwise: a driver with a flaw. */
  static Driver flawed(String owner, Work work, UnaryOperator<ObjectStore> flaw) {
    return (store, clock, journal) -> {
      ObjectStore run = flaw.apply(new Inside(store, RUN));
      try {
        Lease lease = Lease.acquire(run, owner, LEASE, clock, NO_RENEWAL);
        try {
          work.on(lease, journal);
        } catch (IOException e) {
          giveBack(lease, e);
          throw e;
        }
        lease.end();
      } catch (RunHeldProblem e) {
        // Held or lost: the driver ends with code 4.
      }
    };
  }

  private static void giveBack(Lease lease, IOException why) {
    try {
      lease.end();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  /** So many rounds, a checkpoint after each, and the older ones deleted. */
  static Work rounds(int count) {
    return (lease, journal) -> {
      String rounds = rounds(lease);
      for (int i = 0; i < count; i++) {
        rounds = round(rounds, lease);
        write(rounds, lease, journal);
        RETENTION.apply(lease);
      }
    };
  }

  /** A round, with the deadline moved on before and in the middle of it. */
  static Work renewingRound() {
    return (lease, journal) -> {
      lease.renew();
      String rounds = round(rounds(lease), lease);
      lease.renew();
      write(rounds, lease, journal);
    };
  }

  /** A round whose checkpoint is written again where the store did not answer. */
  static Work roundWithRetry() {
    return (lease, journal) -> {
      String rounds = round(rounds(lease), lease);
      try {
        write(rounds, lease, journal);
      } catch (IOException e) {
        write(rounds, lease, journal);
      }
    };
  }

  /** Some rounds, back to after the first, and the second again. */
  static Work rewindAfter(int rounds) {
    return (lease, journal) -> {
      String first = round(rounds(lease), lease);
      Manifest manifest = write(first, lease, journal);
      String last = first;
      for (int i = 1; i < rounds; i++) {
        last = round(last, lease);
        write(last, lease, journal);
      }
      journal.rewound(first);
      lease.rewind(Optional.of(manifest));
      write(round(first, lease), lease, journal);
      RETENTION.apply(lease);
    };
  }

  /** Moves the run aside, by renames, and trains a round from the beginning. */
  static Driver restart(String owner) {
    return (store, clock, journal) -> {
      try {
        Lease held = Lease.hold(new Inside(store, RUN), owner, LEASE, clock, NO_RENEWAL);
        Lease lease = Restart.of(place -> new Inside(store, place), held).lease();
        write(round("", lease), lease, journal);
        lease.end();
      } catch (RunHeldProblem e) {
        // As above.
      }
    };
  }

  /** The same where the store cannot rename. */
  static Driver restartByCopies(String owner) {
    return (store, clock, journal) ->
        restart(owner).work(new ForwardingStore(store), clock, journal);
  }

  /** Frees the run, whoever holds it until whenever. */
  static Driver release(String owner) {
    return (store, clock, journal) -> {
      ObjectStore run = new Inside(store, RUN);
      try {
        Optional<Term> held = Terms.last(run).filter(term -> !term.ended());
        if (held.isPresent()) {
          new Release(held.get(), LEASE, Optional.empty()).free(run, owner, clock);
        }
      } catch (RunHeldProblem e) {
        // Another driver was quicker.
      }
    };
  }

  static Manifest write(String rounds, Lease lease, Driver.Journal journal) throws IOException {
    Map<String, Body> blobs = Map.of(MODEL, Runs.body(rounds), "momentum.bin", Runs.body(rounds));
    Manifest manifest = WRITER.write(lease, count(rounds), blobs, Metadata.NONE);
    journal.acknowledged(rounds);
    return manifest;
  }

  /** The rounds that a checkpoint holds. */
  static String rounds(Checkpoint checkpoint) throws IOException {
    return new String(checkpoint.bytes(MODEL), ISO_8859_1);
  }

  static String round(String before, Lease lease) {
    Term term = lease.term();
    return before + term.number() + term.owner() + (count(before) + 1) + " ";
  }

  private static String rounds(Lease lease) throws IOException {
    Optional<Manifest> start = lease.start();
    try {
      return start.isEmpty() ? "" : rounds(new Checkpoint(lease.run(), start.get()));
    } catch (CheckpointProblem e) {
      lease.check(); // whoever has taken the run may have deleted it
      throw e;
    }
  }

  private static int count(String rounds) {
    return rounds.length() - rounds.replace(" ", "").length();
  }

  /** Deletes what the retention would, the wrong way round. */
  static Work blobsBeforeManifests() {
    return (lease, journal) -> {
      ObjectStore run = lease.run();
      String first = round(rounds(lease), lease);
      Manifest old = write(first, lease, journal);
      write(round(first, lease), lease, journal);
      lease.check();
      for (String blob : old.blobs().keySet()) {
        run.delete(old.id().folder() + "/" + blob);
      }
      run.delete(old.id().manifest());
    };
  }

  /** Lists nothing: what a listing that lags behind is at worst. */
  static ObjectStore lagging(ObjectStore store) {
    return new ForwardingStore(store) {
      @Override
      public List<Entry> list(String prefix) {
        return List.of();
      }
    };
  }
}
