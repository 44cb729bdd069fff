package org.googlenet.training;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.googlenet.recipe.Recipe;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.LeaseWait;
import org.googlenet.run.Manifest;
import org.googlenet.run.RunHistory;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/** Checks whether a training could begin or go on with its run as it is, without taking the run. */
public final class ResumeCheck {

  private ResumeCheck() {}

  /**
   * Looks at the run. The model that a new run would begin with is not read.
   *
   * @return the number of rounds done; 0 for a new run and for one that would be moved aside
   * @throws org.googlenet.run.RunHeldProblem if another driver holds it
   * @throws ResumeProblem if the training cannot go on from its newest checkpoint
   */
  public static int roundsDone(TrainingSetup setup, Stores stores, TrainingJob.Options options) {
    Recipe recipe = setup.recipe();
    String location = recipe.location();
    ObjectStore run = stores.open(location);
    try {
      new LeaseWait(Duration.ZERO, Clock.systemUTC(), time -> false, (holder, until) -> {})
          .untilFree(run);
      Optional<Manifest> newest = RunHistory.read(run).newest();
      if (newest.isEmpty() || options.restart()) {
        return 0;
      }
      Checkpoint checkpoint = new Checkpoint(run, newest.get());
      // The training itself warns about old names.
      new RunIdentity(location, recipe, setup.train(), options)
          .require(CheckpointCodec.readStateFile(checkpoint), warning -> {});
      return newest.get().round();
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }
}
