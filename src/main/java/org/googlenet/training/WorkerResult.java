package org.googlenet.training;

import java.io.Serializable;

/**
 * What one worker yields at the end of a round.
 *
 * @param worker its number, from 0
 * @param examples examples it trained on; 0 where the round had none for it
 * @param steps local steps it made
 * @param lossSums for each head the sum over examples of its loss before each update, not weighted
 * @param parameters its parameters, empty where it had no example
 * @param momentum its updater's state, empty where it had no example
 * @param instructions what decides on its machine how sums are rounded, empty where it had no
 *     example
 */
record WorkerResult(
    int worker,
    long examples,
    int steps,
    double[] lossSums,
    float[] parameters,
    float[] momentum,
    String instructions)
    implements Serializable {

  /** The result of a worker that had nothing to do. */
  static WorkerResult nothing(int worker) {
    return new WorkerResult(worker, 0, 0, new double[0], new float[0], new float[0], "");
  }
}
