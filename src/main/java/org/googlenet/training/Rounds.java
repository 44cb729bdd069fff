package org.googlenet.training;

/** Runs rounds of averaging, by this project's own means or by dl4j-spark's. */
@FunctionalInterface
interface Rounds {

  /**
   * Runs one round.
   *
   * @param state what to start from
   * @param epoch the round's epoch, from 0
   * @param round the round within the epoch, from 0
   */
  Average run(TrainingState state, int epoch, int round);
}
