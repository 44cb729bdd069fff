package org.googlenet.averaging;

/**
 * What all workers of a round yield together.
 *
 * @param parameters mean of the workers' parameters, weighted by their examples
 * @param momentum mean of the workers' updater state, weighted likewise
 * @param metrics of all workers
 * @param mixed whether parts of it are of one attempt at a worker and parts of another: Spark runs
 *     a worker again whose result is lost when only some of the slices are summed. That matters
 *     where two attempts differ, which are those of a round that may be cut
 */
public record Average(float[] parameters, float[] momentum, RoundMetrics metrics, boolean mixed) {

  /** The average, if the parameters are what was learnt since a state. */
  Average from(TrainingState start) {
    float[] sum = parameters.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += start.parameters()[i];
    }
    return new Average(sum, momentum, metrics, mixed);
  }
}
