package org.googlenet.training;

import java.io.IOException;
import org.googlenet.averaging.DivergedProblem;
import org.googlenet.averaging.TrainingState;
import org.googlenet.engine.EngineChoice;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.Lease;
import org.googlenet.run.RunHistory;

/**
 * Takes a training that diverged back to its newest checkpoint, by a new term, with a lower
 * learning rate.
 *
 * @param lease on the run
 * @param starts reads the checkpoint
 * @param listener is notified of the rewind
 */
record Rewinding(
    TrainingSetup setup, Lease lease, StartingPoint starts, TrainingListener listener) {

  /**
   * Goes back to the newest checkpoint that verifies, or to the beginning. A checkpoint that was
   * only written because the training was stopped does not count: the time of a stop must not
   * change the result.
   *
   * @param why the training diverged
   * @param from the progress that the diverged rounds started from
   * @throws DivergedProblem if the recipe does not allow another rewind
   */
  Progress goBack(DivergedProblem why, Progress from) throws IOException {
    Recipe recipe = setup.recipe();
    int rewinds = from.state().rewinds() + 1;
    if (rewinds > recipe.divergence().times()) {
      throw why.stopping(recipe, from.state().rewinds());
    }
    RunHistory.Verified newest =
        RunHistory.read(lease.run())
            .newestThatVerifies(
                lease.run(), manifest -> manifest.round() % recipe.checkpoint().every() == 0);
    newest.warnings().forEach(line -> listener.on(new TrainingEvent.Warned(line)));
    lease.rewind(newest.manifest());
    Progress progress = at(starts.withoutKept(lease), from.engine(), rewinds);
    listener.on(rewound(why, progress.state()));
    return progress;
  }

  private Progress at(StartingPoint.Found start, EngineChoice engine, int rewinds) {
    return new Progress(
        start.state().afterRewinds(rewinds),
        engine.withConfiguration(setup.configuration(rewinds)),
        start.metrics(),
        start.quarantine());
  }

  private TrainingEvent rewound(DivergedProblem why, TrainingState state) {
    return new TrainingEvent.Rewound(
        why.getMessage(),
        lease.start().map(manifest -> manifest.id().toString()).orElse(null),
        state.round(),
        state.rewinds(),
        setup.recipe().divergence().times(),
        setup.schedule(state.rewinds()).at(state.step()));
  }
}
