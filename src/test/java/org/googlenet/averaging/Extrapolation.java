package org.googlenet.averaging;

/**
 * What share of a round a larger cluster would spend in local steps, from terms that two executors
 * on one machine were measured with; no measurement.
 *
 * <p>A round is its local steps, what two executors take beside them without a network, Spark's own
 * work for every further worker, and the way over the network, one after the other: the state to
 * each executor from where it was averaged, the results to the executors that sum them, the average
 * to the driver. Not in it: executors of unequal speed, links that others use, switches that cannot
 * carry all links at once.
 *
 * @param stepSeconds of a local step on one core
 * @param outsideSeconds of a round beside its local steps, two executors on one machine
 * @param workerSeconds what a further worker adds to a round of a state of no size
 * @param stateBytes parameters and momentum as they travel
 */
record Extrapolation(
    double stepSeconds, double outsideSeconds, double workerSeconds, long stateBytes) {

  private static final int MEASURED_WORKERS = 2;

  /**
   * Share of a round that is local steps, if they become as many times faster as there are cores.
   *
   * @param executors with a worker each
   * @param cores of an executor
   * @param gigabits of each executor's and the driver's link, each way, per second
   */
  double efficiency(int executors, int cores, int localSteps, double gigabits) {
    double inside = localSteps * stepSeconds / cores;
    double further = workerSeconds * Math.max(0, executors - MEASURED_WORKERS);
    return inside / (inside + outsideSeconds + further + networkSeconds(executors, gigabits));
  }

  /** How long the state is on its way over the network. */
  double networkSeconds(int executors, double gigabits) {
    double ofOthers = (double) stateBytes * (executors - 1) / executors;
    double state = ofOthers;
    double results = ofOthers;
    return (state + results + stateBytes) * Byte.SIZE / (gigabits * 1e9);
  }
}
