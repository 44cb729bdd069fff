package org.googlenet.retrain;

import org.googlenet.engine.EngineChoice;
import org.googlenet.evaluation.Evaluation;
import org.googlenet.prepare.ValidateJob;
import org.googlenet.registry.GateRecord;
import org.googlenet.registry.Promotion;
import org.googlenet.run.Pruning;

/**
 * The outcomes of a retraining's steps, in the order of the steps; a step that fails throws
 * instead.
 */
public sealed interface RetrainingEvent {

  /** The data sets were read completely; also sent if something is wrong with them. */
  record Validated(ValidateJob.Report report) implements RetrainingEvent {}

  /** An engine was chosen for the evaluation before the gate. */
  record EngineChosen(EngineChoice engine) implements RetrainingEvent {}

  /** The run's model was evaluated for the gate; not sent if the gate had decided before. */
  record Evaluated(Evaluation evaluation) implements RetrainingEvent {}

  /** The gate has decided; also sent if it said no. */
  record Gated(GateRecord record) implements RetrainingEvent {}

  /**
   * The run's model is the champion.
   *
   * @param source the checkpoint that was promoted
   */
  record Promoted(Promotion promotion, String source) implements RetrainingEvent {}

  /** MLflow was told of the promotion, or could not be; sent if the recipe names a server. */
  record Registered(MlflowPromotion.Registered registered) implements RetrainingEvent {}

  /**
   * Checkpoints that the recipe does not keep were deleted.
   *
   * @param run path or URI of the run
   */
  record Pruned(String run, Pruning pruning) implements RetrainingEvent {}
}
