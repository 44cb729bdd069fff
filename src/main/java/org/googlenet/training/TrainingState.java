package org.googlenet.training;

import java.io.Serializable;

/**
 * All that a training has learnt and how far it is, between two rounds.
 *
 * @param parameters flat vector in DL4J's order
 * @param momentum flat vector in the same order
 * @param outer the outer optimiser's momentum in the same order; empty while there is none
 * @param round rounds that are done
 * @param step global steps that are done: the sum over rounds of the largest number of local steps
 *     that a worker had
 * @param examples examples trained on so far, by all workers together
 */
public record TrainingState(
    float[] parameters, float[] momentum, float[] outer, int round, int step, long examples)
    implements Serializable {

  /**
   * A state that no round has led to.
   *
   * @param step global steps that were made before
   */
  static TrainingState beginning(float[] parameters, float[] momentum, int step) {
    return new TrainingState(parameters, momentum, new float[0], 0, step, 0);
  }

  /**
   * The state after one more round.
   *
   * @param learningRate of the round's first local step
   */
  TrainingState after(Average average, OuterOptimizer optimizer, double learningRate) {
    OuterOptimizer.Stepped stepped =
        optimizer.step(
            new OuterOptimizer.Stepped(parameters, outer), average.parameters(), learningRate);
    return new TrainingState(
        stepped.parameters(),
        average.momentum(),
        stepped.momentum(),
        round + 1,
        step + average.steps(),
        examples + average.examples());
  }
}
