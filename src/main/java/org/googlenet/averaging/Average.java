package org.googlenet.averaging;

/**
 * The combined result of a round's workers.
 *
 * @param parameters mean of the workers' parameters, weighted by their examples
 * @param momentum mean of the workers' updater state, weighted likewise
 * @param metrics of all workers
 */
public record Average(float[] parameters, float[] momentum, RoundMetrics metrics) {

  /** The average with a state added, if the parameters are what was learnt since that state. */
  Average from(TrainingState start) {
    float[] sum = parameters.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += start.parameters()[i];
    }
    return new Average(sum, momentum, metrics);
  }
}
