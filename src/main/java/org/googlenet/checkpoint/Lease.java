package org.googlenet.checkpoint;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileAlreadyExistsException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.googlenet.storage.ObjectStore;

/**
 * A driver's hold on a run: its term, which a thread of its own renews every third of the lease.
 *
 * <p>The hold can be lost while the driver does not run (a paused machine, a long collection of
 * garbage): {@link #check} says so before each write. What a driver still writes between its check
 * and the write goes under its own term's names, and the history leaves it out.
 *
 * <p>The clocks of the machines that may drive a run are to agree to much better than the lease.
 */
public final class Lease implements AutoCloseable {

  private final ObjectStore run;
  private final Duration length;
  private final Clock clock;
  private final List<String> warnings;
  private final ScheduledExecutorService renewal;

  private Term term;
  private Optional<Manifest> start;
  private Optional<String> renewalFailure = Optional.empty();
  private boolean closed;

  private Lease(
      ObjectStore run, Duration length, Clock clock, Term term, RunHistory.Verified start) {
    this.run = run;
    this.length = length;
    this.clock = clock;
    this.term = term;
    this.start = start.manifest();
    this.warnings = start.warnings();
    this.renewal =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "lease of " + run.location());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Takes a run, new or not, by creating its next term. The term goes on from the newest checkpoint
   * of the history that verifies, or from the beginning if none does.
   *
   * @param owner names this driver and no other, as {@link #newOwner} does
   * @param length how long the run stays held if this driver dies
   * @throws RunHeldProblem if another driver holds the run, or took it at the same moment
   * @throws CheckpointProblem if a term of the run is damaged
   */
  public static Lease acquire(ObjectStore run, String owner, Duration length, Clock clock)
      throws IOException {
    RunHistory history = RunHistory.read(run);
    refuseIfHeld(run, history.lastTerm(), clock);
    RunHistory.Verified start = history.newestThatVerifies(run);
    // Reading a checkpoint takes a while, in which a slow owner may have renewed.
    refuseIfHeld(run, RunHistory.readTerm(run, history.terms().size()), clock);
    long now = clock.millis();
    Term term =
        new Term(
            history.terms().size() + 1,
            owner,
            now,
            now + length.toMillis(),
            start.manifest().map(Manifest::id).orElse(null),
            false);
    try {
      run.create(term.name(), Json.body(term));
    } catch (FileAlreadyExistsException e) {
      throw RunHeldProblem.held(run.location(), existing(run, term.number()));
    }
    Lease lease = new Lease(run, length, clock, term, start);
    lease.renewInBackground();
    return lease;
  }

  /** A name for this process that no other has: process, host and something random. */
  public static String newOwner() {
    return ManagementFactory.getRuntimeMXBean().getName()
        + "-"
        + UUID.randomUUID().toString().substring(0, 8);
  }

  /** The run that is held. */
  public ObjectStore run() {
    return run;
  }

  /** The term as it was last written. */
  public synchronized Term term() {
    return term;
  }

  /** The checkpoint to go on from, verified when the lease was taken; empty at the beginning. */
  public synchronized Optional<Manifest> start() {
    return start;
  }

  /** A line for each newer checkpoint that did not verify and is left behind. */
  public List<String> warnings() {
    return warnings;
  }

  /** Why the latest renewal in the background failed; empty if it did not. */
  public synchronized Optional<String> renewalFailure() {
    return renewalFailure;
  }

  /**
   * To be called before each write to the run.
   *
   * @throws RunHeldProblem if a newer term is there
   */
  public synchronized void check() throws IOException {
    Optional<Term> newer = RunHistory.readTerm(run, term.number() + 1);
    if (newer.isPresent()) {
      throw RunHeldProblem.lost(run.location(), term.number(), newer.get());
    }
    if (clock.millis() >= term.deadline()) {
      write(term.until(clock.millis() + length.toMillis()));
    }
  }

  /**
   * Moves the deadline a lease's length from now.
   *
   * @throws RunHeldProblem if a newer term is there
   */
  public synchronized void renew() throws IOException {
    if (closed) {
      return;
    }
    check();
    write(term.until(clock.millis() + length.toMillis()));
  }

  /**
   * Goes back to an earlier checkpoint of the history, or to the beginning, by a new term of this
   * driver: what was written after that point no longer exists.
   *
   * @throws RunHeldProblem if another driver took the run
   */
  public synchronized void rewind(Optional<Manifest> to) throws IOException {
    check();
    long now = clock.millis();
    Term next =
        term.next(term.owner(), now, now + length.toMillis(), to.map(Manifest::id).orElse(null));
    try {
      run.create(next.name(), Json.body(next));
    } catch (FileAlreadyExistsException e) {
      throw RunHeldProblem.lost(run.location(), term.number(), existing(run, next.number()));
    }
    term = next;
    start = to;
  }

  /** Gives the run back, so that the next driver need not wait, and stops renewing. */
  public synchronized void end() throws IOException {
    if (!closed) {
      close();
      write(term.ended(clock.millis()));
    }
  }

  /** Stops renewing; unless {@link #end} was called, the run stays held until the deadline. */
  @Override
  public synchronized void close() {
    closed = true;
    renewal.shutdownNow();
  }

  private void write(Term changed) throws IOException {
    run.overwrite(changed.name(), Json.body(changed));
    term = changed;
  }

  private void renewInBackground() {
    long third = Math.max(1, length.toMillis() / 3);
    var unused =
        renewal.scheduleWithFixedDelay(this::tryToRenew, third, third, TimeUnit.MILLISECONDS);
  }

  /**
   * A failure is not the end: the next third of the lease brings another try, and a lost run shows
   * at the next check.
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

  private static void refuseIfHeld(ObjectStore run, Optional<Term> last, Clock clock) {
    if (last.isPresent() && !last.get().isOver(clock.millis())) {
      throw RunHeldProblem.held(run.location(), last.get());
    }
  }

  private static Term existing(ObjectStore run, int number) throws IOException {
    return RunHistory.readTerm(run, number)
        .orElseThrow(
            () -> new IOException(run.location() + "/" + Term.name(number) + ": came and went"));
  }
}
