package org.googlenet.training;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.googlenet.checkpoint.Lease;
import org.googlenet.checkpoint.Manifest;
import org.googlenet.checkpoint.Metadata;
import org.googlenet.checkpoint.Retention;
import org.googlenet.config.Recipe;
import org.googlenet.data.Dataset;
import org.googlenet.engine.EngineChoice;
import org.googlenet.evaluation.Evaluation;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingListener;

/**
 * Saves states beside the rounds that follow them: the checkpoint, the events since the last one,
 * and then the deletion of what no longer stays, on a thread of its own, one after the other.
 *
 * <p>The thread that trains hears of a checkpoint, or of its failure, when it asks; it waits only
 * where the checkpoint before the next one is not written yet.
 */
final class CheckpointSaver implements AutoCloseable {

  private final Lease lease;
  private final RunStorage storage;
  private final Recipe recipe;
  private final Dataset train;
  private final Optional<InitialModel> initial;
  private final Supplier<String> events;
  private final TrainingListener listener;
  private final ExecutorService thread;
  private Future<CheckpointWritten> underWay;

  /**
   * A saver for a run that is held.
   *
   * @param initial the model that the run began with, if it did with one
   * @param events takes the events since the last call, as JSON lines
   * @param listener is told of each checkpoint, on the thread that trains
   */
  CheckpointSaver(
      Lease lease,
      RunStorage storage,
      Recipe recipe,
      Dataset train,
      Optional<InitialModel> initial,
      Supplier<String> events,
      TrainingListener listener) {
    this.lease = lease;
    this.storage = storage;
    this.recipe = recipe;
    this.train = train;
    this.initial = initial;
    this.events = events;
    this.listener = listener;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "checkpoints of " + lease.run().location());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Begins to save a state, which nobody may change any more.
   *
   * @param evaluation of this state, or null
   * @throws IOException if the checkpoint before could not be written
   */
  void begin(TrainingState state, EngineChoice engine, Evaluation evaluation) throws IOException {
    finish();
    String eventsUntilNow = events.get();
    underWay = thread.submit(() -> write(state, engine, evaluation, eventsUntilNow));
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
      listener.on(written.waitedFor(Duration.ofNanos(System.nanoTime() - start)));
    } catch (ExecutionException e) {
      throw asItWas(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while a checkpoint was written");
    } finally {
      underWay = null;
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

  private CheckpointWritten write(
      TrainingState state, EngineChoice engine, Evaluation evaluation, String eventsUntilNow)
      throws IOException {
    long start = System.nanoTime();
    Metadata stateFile = StateFile.of(state, recipe, train, engine, initial);
    Manifest manifest = storage.write(state, engine.spec().configuration(), stateFile, evaluation);
    long bytes = manifest.blobs().values().stream().mapToLong(Manifest.Blob::bytes).sum();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    storage.writeMetrics(state.round(), eventsUntilNow);
    Retention.of(recipe).apply(lease);
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
