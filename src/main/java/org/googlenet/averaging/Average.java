package org.googlenet.averaging;

/**
 * The combined result of a round's workers.
 *
 * @param parameters mean of the workers' parameters, weighted by their examples
 * @param momentum mean of the workers' updater state, weighted likewise
 * @param metrics of all workers
 * @param trainingSeconds until all workers had ended; 0 if that is not known
 * @param averagingSeconds from then on until the mean was there; 0 if that is not known
 */
public record Average(
    float[] parameters,
    float[] momentum,
    RoundMetrics metrics,
    double trainingSeconds,
    double averagingSeconds) {

  /** An average of which it is not known how long it took. */
  public Average(float[] parameters, float[] momentum, RoundMetrics metrics) {
    this(parameters, momentum, metrics, 0, 0);
  }

  /**
   * The same with the time that it took.
   *
   * @param begun when its workers were started, by {@link System#nanoTime}
   * @param trained when the last of them had ended
   */
  Average took(long begun, long trained) {
    return new Average(
        parameters,
        momentum,
        metrics,
        (trained - begun) / 1e9,
        (System.nanoTime() - trained) / 1e9);
  }

  /** The average with a state added, if the parameters are what was learnt since that state. */
  Average from(TrainingState start) {
    float[] sum = parameters.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += start.parameters()[i];
    }
    return new Average(sum, momentum, metrics, trainingSeconds, averagingSeconds);
  }
}
