package org.googlenet.averaging;

import java.io.Serializable;

/**
 * Where a worker's time in a round went; no result depends on it.
 *
 * @param worker its number, from 0
 * @param place the executor and its machine, as in {@code 3 at node7}; empty outside of Spark
 * @param examples examples trained on
 * @param steps local steps made
 * @param seconds from the task's start to its result
 * @param firstBatchSeconds of these, until the first batch was there
 * @param waitSeconds of these, waiting for further batches
 * @param stepSeconds of these, in local steps
 */
public record WorkerTime(
    int worker,
    String place,
    long examples,
    int steps,
    double seconds,
    double firstBatchSeconds,
    double waitSeconds,
    double stepSeconds)
    implements Serializable {

  /** What is left: the state into the engine and out of it. */
  public double loadSeconds() {
    return Math.max(0, seconds - firstBatchSeconds - waitSeconds - stepSeconds);
  }
}
