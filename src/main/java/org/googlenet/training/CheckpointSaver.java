package org.googlenet.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.Lease;
import org.googlenet.run.Manifest;
import org.googlenet.run.RunFiles;
import org.googlenet.run.RunHeldProblem;
import org.googlenet.storage.ObjectStore;

/**
 * Keeps what a training has come to: saves it beside the rounds that follow, and at once where the
 * training fails. A checkpoint, the events since the last one, and then the deletion of what no
 * longer stays, go on a thread of their own, one after the other.
 *
 * <p>The thread that trains hears of a checkpoint, or of its failure, when it asks; it waits only
 * where the checkpoint before the next one is not written yet.
 */
final class CheckpointSaver implements AutoCloseable {

  private final Lease lease;
  private final CheckpointCodec codec;
  private final EventLog events;
  private final LocalState local;
  private final TrainingListener listener;
  private final ExecutorService thread;

  private Progress reached;
  private boolean begun;
  private Future<CheckpointWritten> underWay;
  private volatile Optional<Manifest> newest;
  private String unsavedEvents = "";

  /**
   * A saver for a run that is held.
   *
   * @param events go with the checkpoints
   * @param local where a state goes that the storage does not take
   * @param listener is told of each checkpoint, on the thread that trains
   */
  CheckpointSaver(
      Lease lease,
      CheckpointCodec codec,
      EventLog events,
      LocalState local,
      TrainingListener listener) {
    this.lease = lease;
    this.codec = codec;
    this.events = events;
    this.local = local;
    this.listener = listener;
    this.newest = lease.start();
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "checkpoints of " + lease.run().location());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Takes down what the training has come to; nobody may change the state any more. */
  void reach(Progress progress) {
    reached = progress;
    begun = false;
  }

  /** The same of a state that is a checkpoint already. */
  void reachSaved(Progress progress) {
    reached = progress;
    begun = true;
  }

  /** The newest checkpoint that is known to be written; empty if there is none. */
  Optional<Manifest> newest() {
    return newest;
  }

  /** Whether any round is done. */
  boolean hasRounds() {
    return reached.state().round() > 0;
  }

  /** Whether what was reached is saved, or is being saved. */
  boolean isBegun() {
    return begun;
  }

  /**
   * Begins to save what was reached.
   *
   * @throws IOException if the checkpoint before could not be written
   */
  void begin() throws IOException {
    finish();
    unsavedEvents += events.take();
    Progress progress = reached;
    String eventsUntilNow = unsavedEvents;
    begun = true;
    underWay = thread.submit(() -> write(progress, eventsUntilNow));
  }

  /** Saves what was reached, and waits until it is. */
  void save() throws IOException {
    begin();
    finish();
  }

  /**
   * Tells the listener of a checkpoint that is written by now.
   *
   * @throws IOException if it could not be
   */
  void tell() throws IOException {
    if (underWay != null && underWay.isDone()) {
      finish();
    }
  }

  /**
   * Waits until all that was begun is saved.
   *
   * @throws IOException if it could not be
   */
  void finish() throws IOException {
    if (underWay == null) {
      return;
    }
    long start = System.nanoTime();
    try {
      CheckpointWritten written = underWay.get();
      unsavedEvents = "";
      listener.on(written.waitedFor(Duration.ofNanos(System.nanoTime() - start)));
    } catch (ExecutionException e) {
      begun = false;
      throw asItWas(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while a checkpoint was written");
    } finally {
      underWay = null;
    }
  }

  /**
   * Saves what was reached of a training that ends with a failure: as a checkpoint or, where the
   * storage does not take it, on this machine.
   *
   * @return the failure to end with, which says where the rounds are
   * @throws RunHeldProblem if another driver has taken the run
   */
  EndedEarly endWith(Throwable failure) {
    int round = reached.state().round();
    try {
      finishWhateverBecomesOfIt();
      if (!begun && !isWritten()) {
        begin();
        finish();
      }
    } catch (RunHeldProblem lost) {
      throw lost;
    } catch (Throwable unsaved) {
      failure.addSuppressed(unsaved);
    }
    return begun || isWritten()
        ? EndedEarly.saved(failure, round, newest.orElseThrow().id())
        : kept(failure, round);
  }

  /** Its failure may be the one that the training ends with. */
  private void finishWhateverBecomesOfIt() {
    try {
      finish();
    } catch (RunHeldProblem lost) {
      throw lost;
    } catch (Throwable told) {
      begun = false;
    }
  }

  /** The metrics and the deletions that follow a checkpoint may fail without it. */
  private boolean isWritten() {
    return newest
        .filter(
            manifest ->
                manifest.round() == reached.state().round()
                    && manifest.term() == lease.term().number())
        .isPresent();
  }

  private EndedEarly kept(Throwable failure, int round) {
    try {
      Path folder = local.keep(lease, newest, reached, codec, unsavedEvents);
      return EndedEarly.kept(failure, round, folder);
    } catch (Throwable nowhere) {
      failure.addSuppressed(nowhere);
      return EndedEarly.lost(failure, round, newest, nowhere);
    }
  }

  /** Waits as {@link #finish} does, and saves no more. */
  @Override
  public void close() throws IOException {
    try {
      finish();
    } finally {
      thread.shutdown();
    }
  }

  private CheckpointWritten write(Progress progress, String eventsUntilNow) throws IOException {
    long start = System.nanoTime();
    Manifest manifest = codec.write(lease, progress);
    newest = Optional.of(manifest); // whatever becomes of the rest
    long bytes = manifest.blobs().values().stream().mapToLong(Manifest.Blob::bytes).sum();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    new RunFiles(lease)
        .writeEvents(progress.state().round(), ObjectStore.Body.of(eventsUntilNow.getBytes(UTF_8)));
    codec.recipe().retention().apply(lease);
    return new CheckpointWritten(manifest.id().toString(), bytes, took, Duration.ZERO);
  }

  private static IOException asItWas(Throwable failure) {
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return (IOException) failure;
  }
}
