package org.googlenet.training;

/** What becomes of a round's average: the step that the driver makes after each round. */
@FunctionalInterface
interface OuterOptimizer {

  /** Plain averaging: the average is the next model. */
  OuterOptimizer AVERAGE =
      (state, average) ->
          state.after(
              average.parameters(), average.momentum(), average.steps(), average.examples());

  /** The state after the round. */
  TrainingState apply(TrainingState before, Average average);
}
