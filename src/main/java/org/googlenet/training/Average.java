package org.googlenet.training;

/**
 * What all workers of a round yield together.
 *
 * @param parameters mean of the workers' parameters, weighted by their examples
 * @param momentum mean of the workers' updater state, weighted likewise
 * @param figures of all workers
 */
record Average(float[] parameters, float[] momentum, Figures figures) {

  /** The average, if the parameters are what was learnt since a state. */
  Average from(TrainingState start) {
    float[] sum = parameters.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += start.parameters()[i];
    }
    return new Average(sum, momentum, figures);
  }
}
