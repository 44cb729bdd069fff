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
   * Looks at the run, and for a new one at the weights that it would begin with.
   *
   * @return the number of rounds done; 0 for a new run and for one that would be moved aside
   * @throws org.googlenet.run.RunHeldProblem if another driver holds it
   * @throws ResumeProblem if the training cannot go on from its newest checkpoint
   * @throws org.googlenet.common.Problem if a new run could not begin with the model that is named
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
        if (options.fromChampion() || options.startFrom(recipe).isPresent()) {
          new StartingPoint(setup, stores, options, event -> {}).beginning();
        }
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
