package org.googlenet.averaging;

import java.io.Serializable;
import java.util.List;
import org.googlenet.data.BadRecord;
import org.googlenet.recipe.Recipe.Compression;

/**
 * The result of one worker at the end of a round.
 *
 * @param worker its number, from 0
 * @param parameters its parameters; empty if it had no examples
 * @param momentum its updater's state; empty if it had no examples
 * @param metrics everything else
 */
public record WorkerResult(int worker, float[] parameters, float[] momentum, RoundMetrics metrics)
    implements Serializable {

  /** The result of a worker that had nothing to do. */
  public static WorkerResult nothing(int worker) {
    return without(worker, RoundMetrics.NONE);
  }

  /** The result of a worker that could not use any of its records. */
  static WorkerResult nothing(int worker, List<BadRecord> passedOver, boolean gaveUp) {
    return without(worker, RoundMetrics.of(passedOver, gaveUp));
  }

  /** The result of a worker that diverged. */
  public static WorkerResult diverged(Divergence divergence) {
    return without(divergence.worker(), RoundMetrics.of(divergence));
  }

  private static WorkerResult without(int worker, RoundMetrics metrics) {
    return new WorkerResult(worker, new float[0], new float[0], metrics);
  }

  /** The same with what was learnt since the start in place of the parameters. */
  WorkerResult since(TrainingState start) {
    float[] learnt = parameters.clone();
    for (int i = 0; i < learnt.length; i++) {
      learnt[i] -= start.parameters()[i];
    }
    return new WorkerResult(worker, learnt, momentum, metrics);
  }

  /** The same as it arrives with this compression. */
  WorkerResult rounded(Compression compression) {
    return new WorkerResult(
        worker,
        Packing.rounded(parameters, compression),
        Packing.rounded(momentum, compression),
        metrics);
  }
}
