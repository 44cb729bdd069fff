package org.googlenet.retrain;

import org.googlenet.engine.EngineChoice;
import org.googlenet.evaluation.Evaluation;
import org.googlenet.prepare.ValidateJob;
import org.googlenet.registry.GateRecord;
import org.googlenet.registry.Promotion;
import org.googlenet.run.Pruning;

/**
 * What a step of a retraining came to, in the order of the steps; one that fails throws instead.
 */
public sealed interface RetrainingEvent {

  /** The data sets were read completely; also where something is wrong with them. */
  record Validated(ValidateJob.Report report) implements RetrainingEvent {}

  /** An engine was chosen for the evaluation before the gate. */
  record EngineChosen(EngineChoice engine) implements RetrainingEvent {}

  /** The run's model was evaluated for the gate; not where that had been decided before. */
  record Evaluated(Evaluation evaluation) implements RetrainingEvent {}

  /** The gate has decided; also where it said no. */
  record Gated(GateRecord record) implements RetrainingEvent {}

  /**
   * The run's model is the champion.
   *
   * @param source the checkpoint that was promoted
   */
  record Promoted(Promotion promotion, String source) implements RetrainingEvent {}

  /**
   * Checkpoints that the recipe does not keep are deleted.
   *
   * @param run path or URI of the run
   */
  record Pruned(String run, Pruning pruning) implements RetrainingEvent {}
}
