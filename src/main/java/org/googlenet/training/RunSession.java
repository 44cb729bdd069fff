package org.googlenet.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import org.googlenet.common.Failure;
import org.googlenet.common.Problem;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.report.EventText;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.Lease;
import org.googlenet.run.LeaseWait;
import org.googlenet.run.Manifest;
import org.googlenet.run.Outcome;
import org.googlenet.run.Restart;
import org.googlenet.run.RunFiles;
import org.googlenet.run.RunHistory;
import org.googlenet.run.Term;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/**
 * One driver's time with a run: takes the run, holds the lease on it, and records how the work
 * ended when it gives the run back.
 *
 * @param lease on the run
 */
record RunSession(Lease lease) implements AutoCloseable {

  /**
   * Takes a recipe's run: at once, after waiting for the driver that holds it, or by moving the old
   * run aside.
   *
   * @param listener is notified of the driver that is waited for, and of where an old run is now
   * @return empty if it was asked to stop while another driver held the run
   * @throws org.googlenet.run.RunHeldProblem if another driver holds it when the time is over
   */
  static Optional<RunSession> take(
      Stores stores,
      Recipe recipe,
      TrainingJob.Options options,
      StopRequest stop,
      TrainingListener listener)
      throws IOException {
    String location = recipe.location();
    LeaseWait.Listener waiting =
        (Term holder, java.time.Instant until) ->
            listener.on(
                new TrainingEvent.Waiting(
                    location, holder.owner(), holder.number(), EventText.time(until)));
    return new LeaseWait(options.leaseWait(), Clock.systemUTC(), stop::passes, waiting)
        .take(
            stores.open(location),
            () -> new RunSession(takeNow(stores, recipe, options.restart(), listener)));
  }

  private static Lease takeNow(
      Stores stores, Recipe recipe, boolean restart, TrainingListener listener) throws IOException {
    String owner = Lease.newOwner();
    String location = recipe.location();
    if (!restart) {
      return Lease.acquire(
          stores.open(location), owner, recipe.checkpoint().lease(), Clock.systemUTC());
    }
    Restart begun =
        Restart.of(stores, location, owner, recipe.checkpoint().lease(), Clock.systemUTC());
    begun
        .movedTo()
        .ifPresent(old -> listener.on(new TrainingEvent.Warned("the old run is in " + old)));
    return begun.lease();
  }

  /** The run's files, which are written under its lease. */
  RunFiles files() {
    return new RunFiles(lease);
  }

  /** Records that the work has begun, and with which recipe. */
  void begin(Recipe recipe) throws IOException {
    Outcome.running(lease);
    files()
        .writeRecipe(
            ObjectStore.Body.of(RecipeLoader.toYaml(recipe).getBytes(StandardCharsets.UTF_8)));
  }

  /** Records how the work ended, and gives the run back. */
  void end(int exitCode, String reason) throws IOException {
    try {
      Optional<Manifest> newest = RunHistory.read(lease.run()).newest();
      Outcome.ended(lease, exitCode, reason, newest.map(Manifest::id));
    } finally {
      lease.end();
    }
  }

  /**
   * The same for a failure, if the run is still ours and can be reached.
   *
   * @param exitCode of the process
   */
  void fail(Throwable failure, int exitCode) {
    try {
      end(exitCode, Failure.of(failure).message());
    } catch (IOException | Problem unreachable) {
      failure.addSuppressed(unreachable);
    }
  }

  @Override
  public void close() {
    lease.close();
  }
}
