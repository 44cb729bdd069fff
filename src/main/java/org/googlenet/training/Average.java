package org.googlenet.training;

/**
 * What all workers of a round yield together.
 *
 * @param parameters mean of the workers' parameters, weighted by their examples
 * @param momentum mean of the workers' updater state, weighted likewise
 * @param examples examples of all workers
 * @param steps largest number of local steps of a worker
 * @param losses mean loss of each head over the examples, not weighted
 */
record Average(float[] parameters, float[] momentum, long examples, int steps, double[] losses) {}
