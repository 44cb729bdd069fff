package org.googlenet.training;

import java.io.Serializable;

/**
 * All that a training has learnt and how far it is, between two rounds.
 *
 * @param parameters flat vector in DL4J's order
 * @param momentum flat vector in the same order
 * @param round rounds that are done
 * @param step global steps that are done: the sum over rounds of the largest number of local steps
 *     that a worker had
 * @param examples examples trained on so far, by all workers together
 */
public record TrainingState(
    float[] parameters, float[] momentum, int round, int step, long examples)
    implements Serializable {

  /** The state after one more round. */
  TrainingState after(float[] nextParameters, float[] nextMomentum, int steps, long moreExamples) {
    return new TrainingState(
        nextParameters, nextMomentum, round + 1, step + steps, examples + moreExamples);
  }
}
