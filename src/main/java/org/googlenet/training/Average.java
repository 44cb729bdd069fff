package org.googlenet.training;

import java.util.SortedSet;

/**
 * What all workers of a round yield together.
 *
 * @param parameters mean of the workers' parameters, weighted by their examples
 * @param momentum mean of the workers' updater state, weighted likewise
 * @param examples examples of all workers
 * @param steps largest number of local steps of a worker
 * @param losses mean loss of each head over the examples, not weighted
 * @param instructions all that the workers' machines have to say of how they round sums; one
 *     element where all machines are alike
 */
record Average(
    float[] parameters,
    float[] momentum,
    long examples,
    int steps,
    double[] losses,
    SortedSet<String> instructions) {}
