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
import org.googlenet.run.Quarantine;
import org.googlenet.run.RunFiles;
import org.googlenet.run.RunHeldProblem;
import org.googlenet.storage.ObjectStore;

/**
 * Saves the progress of a training while the next rounds run, and at once if the training fails.
 * For each checkpoint, a thread of its own writes the checkpoint, the events since the last one and
 * the run's quarantine, and then deletes the checkpoints that are no longer kept.
 *
 * <p>The training thread learns of a written checkpoint, or of a failure, when it asks; it only
 * waits if the next checkpoint is due and the one before is not written yet.
 */
final class CheckpointSaver implements AutoCloseable {

  private final Lease lease;
  private final CheckpointCodec codec;
  private final EventLog events;
  private final LocalState local;
  private final TrainingListener listener;
  private final ExecutorService thread;

  /** What the run's file of it has, as far as this driver knows; only for the thread. */
  private Optional<Quarantine> quarantine;

  private Progress reached;
  private boolean begun;
  private Future<CheckpointWritten> underWay;
  private volatile Optional<Manifest> newest;
  private String unsavedEvents = "";

  /**
   * A saver for a run that is held.
   *
   * @param events are saved with the checkpoints
   * @param local where a state is kept if the storage does not accept it
   * @param listener is notified of each checkpoint, on the training thread
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
    this.quarantine = lease.start().isPresent() ? Optional.empty() : Optional.of(Quarantine.NONE);
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "checkpoints of " + lease.run().location());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Records the current progress; its state must not be changed any more. */
  void reach(Progress progress) {
    reached = progress;
    begun = false;
  }

  /** The same for a state that is already a checkpoint. */
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

  /** Whether the current progress is saved, or is being saved. */
  boolean isBegun() {
    return begun;
  }

  /**
   * Starts to save the current progress.
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

  /** Saves the current progress, and waits until it is saved. */
  void save() throws IOException {
    begin();
    finish();
  }

  /**
   * Notifies the listener of a checkpoint if it has been written by now.
   *
   * @throws IOException if it could not be written
   */
  void tell() throws IOException {
    if (underWay != null && underWay.isDone()) {
      finish();
    }
  }

  /**
   * Waits until everything that was started is saved.
   *
   * @throws IOException if it could not be saved
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
   * Saves the progress of a training that ends with a failure: as a checkpoint or, if the storage
   * does not accept it, on this machine.
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

  /** Finishes. A failure here is ignored, since it may be the one that the training ends with. */
  private void finishWhateverBecomesOfIt() {
    try {
      finish();
    } catch (RunHeldProblem lost) {
      throw lost;
    } catch (Throwable told) {
      begun = false;
    }
  }

  /**
   * Whether the current progress is a checkpoint. The events and deletions that follow it may have
   * failed without it.
   */
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

  /** Waits as {@link #finish} does; nothing can be saved after that. */
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
    newest = Optional.of(manifest); // set now, whatever happens to the rest
    long bytes = manifest.blobs().values().stream().mapToLong(Manifest.Blob::bytes).sum();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    RunFiles files = new RunFiles(lease);
    files.writeEvents(
        progress.state().round(), ObjectStore.Body.of(eventsUntilNow.getBytes(UTF_8)));
    Optional<Quarantine> now = Optional.of(progress.quarantine());
    if (!now.equals(quarantine)) {
      files.writeQuarantine(progress.quarantine());
      quarantine = now;
    }
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
