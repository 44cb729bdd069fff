package org.googlenet.run;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileAlreadyExistsException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.googlenet.storage.ObjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver's hold on a run: its term, which is renewed by a thread of its own every third of the
 * lease.
 *
 * <p>Two orders make it safe, whatever the clocks say and wherever a driver freezes:
 *
 * <ul>
 *   <li>To take a run, a driver first claims the next term and then reads the history.
 *   <li>To write a checkpoint, a driver first writes it and then looks for a newer term.
 * </ul>
 *
 * <p>So a checkpoint whose writer found no newer term existed before the next claim, and whoever
 * makes that claim sees it. The deadline only decides when others may claim; a clock that is wrong
 * can end a running driver but cannot lose anything.
 */
public final class Lease implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  private final ObjectStore run;
  private final Duration length;
  private final Clock clock;
  private final Runnable stopRenewing;

  private volatile Term term;
  private Optional<Manifest> start = Optional.empty();
  private List<String> warnings = List.of();
  private Optional<String> renewalFailure = Optional.empty();
  private boolean closed;

  private Lease(ObjectStore run, Duration length, Clock clock, Term term, Renewal renewal) {
    this.run = run;
    this.length = length;
    this.clock = clock;
    this.term = term;
    this.stopRenewing = renewal.start(length.dividedBy(3), this::tryToRenew);
  }

  /**
   * Takes a run, new or not, by creating its next term. The term goes on from the newest checkpoint
   * of the history that verifies, or from the beginning if there is none.
   *
   * @param owner identifies this driver and no other, as {@link #newOwner} does
   * @param length how long the run stays held if this driver dies
   * @throws RunHeldProblem if another driver holds the run, or took it at the same moment
   * @throws CheckpointProblem if a term of the run is damaged, or the run has checkpoints and none
   *     of them verifies
   */
  public static Lease acquire(ObjectStore run, String owner, Duration length, Clock clock)
      throws IOException {
    return acquire(run, owner, length, clock, renewal(run));
  }

  static Lease acquire(ObjectStore run, String owner, Duration length, Clock clock, Renewal renewal)
      throws IOException {
    Lease lease = hold(run, owner, length, clock, renewal);
    try {
      lease.begin();
      return lease;
    } catch (Throwable e) {
      try (lease) {
        lease.end();
      } catch (IOException | RuntimeException unreachable) {
        e.addSuppressed(unreachable);
      }
      throw e;
    }
  }

  /**
   * Takes a run by a term that does not begin: whoever comes later finds the run as it was.
   *
   * @throws RunHeldProblem as {@link #acquire} throws it
   */
  static Lease hold(ObjectStore run, String owner, Duration length, Clock clock)
      throws IOException {
    return hold(run, owner, length, clock, renewal(run));
  }

  static Lease hold(ObjectStore run, String owner, Duration length, Clock clock, Renewal renewal)
      throws IOException {
    return new Lease(run, length, clock, claim(run, owner, length, clock), renewal);
  }

  private static Renewal renewal(ObjectStore run) {
    return Renewal.byThread("lease of " + run.location());
  }

  private static Term claim(ObjectStore run, String owner, Duration length, Clock clock)
      throws IOException {
    // Read the clock before the terms: a term that is renewed in between is not over.
    long now = clock.millis();
    Terms terms = Terms.read(run, null);
    Optional<Term> last = terms.last();
    if (last.isPresent() && !last.get().isOver(now)) {
      throw RunHeldProblem.held(run.location(), last.get());
    }
    Term claimed = Term.claimed(terms.highest() + 1, owner, now, now + length.toMillis());
    create(run, claimed);
    return claimed;
  }

  /**
   * Creates a term, the claim first. Of several drivers that create a term with the same number at
   * most one succeeds, and as long as either of the two objects exists, no other driver can.
   *
   * @throws RunHeldProblem if the term is another driver's
   */
  static void create(ObjectStore run, Term term) throws IOException {
    try {
      run.create(term.claimName(), Json.body(term));
      run.create(term.name(), Json.body(term));
    } catch (FileAlreadyExistsException e) {
      throw RunHeldProblem.held(
          run.location(), Terms.readTermOrClaim(run, term.number()).orElse(term));
    }
  }

  /**
   * Begins the term. Every checkpoint that the last owner wrote and confirmed is in the history by
   * now.
   */
  private void begin() throws IOException {
    RunHistory history = RunHistory.read(run, term());
    RunHistory.Verified newest = history.newestThatVerifies(run);
    if (newest.manifest().isEmpty()) {
      check(); // whoever has taken the run may have deleted what we found
      history.requireNone(run, newest.warnings());
    }
    CheckpointId from = newest.manifest().map(Manifest::id).orElse(null);
    if (from != null && from.term() > term().number()) {
      String by = newest.manifest().get().owner();
      throw RunHeldProblem.lost(
          run.location(), term().number(), Term.claimed(from.term(), by, 0, 0));
    }
    synchronized (this) {
      requireOwn();
      write(term.beginningFrom(from, history.chainOf(from)));
      start = newest.manifest();
      warnings = newest.warnings();
    }
  }

  /**
   * Begins at the beginning, whatever the run contains; for a run that has nothing to go on from.
   */
  synchronized void beginAnew() throws IOException {
    requireOwn();
    write(term.beginningFrom(null, List.of()));
  }

  /** A name that no other process has: process id, host and a random part. */
  public static String newOwner() {
    return ManagementFactory.getRuntimeMXBean().getName()
        + "-"
        + UUID.randomUUID().toString().substring(0, 8);
  }

  /** The store of the run that is held. */
  public ObjectStore run() {
    return run;
  }

  /** The term as it was last written. */
  public synchronized Term term() {
    return term;
  }

  /**
   * When others may take the run, in milliseconds since 1970, unless it is renewed before. It does
   * not wait for a renewal that is under way.
   */
  public long deadline() {
    return term.deadline();
  }

  /** The checkpoint to go on from, verified when the lease was taken; empty at the beginning. */
  public synchronized Optional<Manifest> start() {
    return start;
  }

  /** One line per newer checkpoint that did not verify and is left behind. */
  public synchronized List<String> warnings() {
    return warnings;
  }

  /** Whether it is over: the run was given back, or is no longer renewed. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** Why the latest renewal in the background failed; empty if it did not. */
  public synchronized Optional<String> renewalFailure() {
    return renewalFailure;
  }

  /**
   * Must be called before each write to the run, so that a driver that has lost it stops writing.
   *
   * @throws RunHeldProblem if there is a newer term, or the term is another driver's
   */
  public synchronized void check() throws IOException {
    requireOwn();
    if (clock.millis() >= term.deadline()) {
      prolong();
    }
  }

  /**
   * Confirms a checkpoint that has been written: names it in the term, so that whoever claims the
   * run next finds it even if listings lag behind, and then checks that the run is still ours.
   *
   * @throws RunHeldProblem if there is a newer term, or the term is another driver's
   */
  synchronized void confirm(CheckpointId newest) throws IOException {
    term = term.withNewest(newest);
    prolong();
    requireOwn();
  }

  /**
   * Moves the deadline to one lease length from now.
   *
   * @throws RunHeldProblem if there is a newer term, or the term is another driver's
   */
  public synchronized void renew() throws IOException {
    if (!closed) {
      requireOwn();
      prolong();
    }
  }

  /**
   * Goes back to an earlier checkpoint of the history, or to the beginning, by a new term of this
   * driver: what was written after that point no longer belongs to the history.
   *
   * @throws RunHeldProblem if another driver took the run
   */
  public synchronized void rewind(Optional<Manifest> to) throws IOException {
    check();
    long now = clock.millis();
    Term next = term.next(now, now + length.toMillis(), to.map(Manifest::id).orElse(null));
    create(run, next);
    term = next;
    start = to;
  }

  /**
   * Gives the run back, so that the next driver need not wait, and stops renewing.
   *
   * @throws RunHeldProblem if another driver has taken it
   */
  public synchronized void end() throws IOException {
    if (!closed) {
      close();
      requireOwn();
      write(term.ended(clock.millis()));
    }
  }

  /** Stops renewing; unless {@link #end} was called, the run stays held until the deadline. */
  @Override
  public synchronized void close() {
    closed = true;
    stopRenewing.run();
  }

  /**
   * Checks that there is no newer term. It then checks whose the current term is, since on stores
   * that cannot refuse a second create two drivers may have claimed the same one.
   */
  private void requireOwn() throws IOException {
    Optional<Term> newer = Terms.after(run, term.number());
    if (newer.isPresent()) {
      throw RunHeldProblem.lost(run.location(), term.number(), newer.get());
    }
    Optional<Term> ours = Terms.readTerm(run, term.number());
    if (ours.isEmpty()) {
      restore();
    } else if (!ours.get().owner().equals(term.owner())) {
      throw RunHeldProblem.lost(run.location(), term.number(), ours.get());
    }
  }

  /**
   * Writes the term again after its object was lost. Nobody took the run meanwhile: the claim keeps
   * its number from other drivers, and keeps drivers of older terms from writing.
   *
   * @throws CheckpointProblem if the claim is lost too
   */
  private void restore() throws IOException {
    Term claim =
        Terms.readClaim(run, term.number())
            .orElseThrow(
                () ->
                    new CheckpointProblem(
                        run.location()
                            + "/"
                            + term.name()
                            + ": is gone, so the run was deleted or moved under its driver; give the"
                            + " same command again, which goes on from what is left, or restore it"));
    if (!claim.owner().equals(term.owner())) {
      throw RunHeldProblem.lost(run.location(), term.number(), claim);
    }
    LOG.warn("{}/{}: was gone, and is written again", run.location(), term.name());
    write(term);
  }

  private void prolong() throws IOException {
    write(term.until(clock.millis() + length.toMillis()));
  }

  private void write(Term changed) throws IOException {
    run.overwrite(changed.name(), Json.body(changed));
    term = changed;
  }

  /**
   * Renews in the background. A failure does not end the driver: it tries again after another third
   * of the lease, and the next check finds out whether the run is lost.
   */
  private synchronized void tryToRenew() {
    try {
      renew();
      renewalFailure = Optional.empty();
    } catch (RunHeldProblem e) {
      close();
    } catch (IOException | RuntimeException e) {
      renewalFailure = Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
