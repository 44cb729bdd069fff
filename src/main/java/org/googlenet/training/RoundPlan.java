package org.googlenet.training;

import java.io.Serializable;
import org.googlenet.config.Recipe;
import org.googlenet.data.DataPlan;

/**
 * How many rounds and global steps a whole training has, and where in the data a round is.
 *
 * @param data the plan of one epoch
 * @param rounds rounds of the whole training
 */
record RoundPlan(DataPlan data, int rounds) implements Serializable {

  static RoundPlan of(Recipe recipe, int[] recordsPerShard) {
    DataPlan data =
        new DataPlan(
            recordsPerShard,
            recipe.training().seed(),
            recipe.averaging().workers(),
            recipe.training().batch(),
            recipe.averaging().localSteps().value());
    int count = recipe.training().length().count();
    return new RoundPlan(
        data,
        switch (recipe.training().length().unit()) {
          case EPOCHS -> Math.multiplyExact(count, data.roundsPerEpoch());
          case ROUNDS -> count;
        });
  }

  /** The epoch, from 0, of a round of the training, counted from 0. */
  int epoch(int round) {
    return round / data.roundsPerEpoch();
  }

  /** The round within its epoch, from 0. */
  int roundInEpoch(int round) {
    return round % data.roundsPerEpoch();
  }

  /** Global steps of the whole training. */
  int steps() {
    long steps = epoch(rounds) * data.stepsPerEpoch();
    for (int round = 0; round < roundInEpoch(rounds); round++) {
      steps += data.steps(round);
    }
    return Math.toIntExact(steps);
  }

  /** Examples from a round, counted from 0, to the end of the training. */
  long examplesFrom(int round) {
    return examplesBefore(rounds) - examplesBefore(Math.min(round, rounds));
  }

  private long examplesBefore(int round) {
    long examples = epoch(round) * data.examplesPerEpoch();
    for (int r = 0; r < roundInEpoch(round); r++) {
      examples += data.examples(r);
    }
    return examples;
  }
}
