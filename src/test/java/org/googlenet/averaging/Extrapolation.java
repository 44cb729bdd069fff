package org.googlenet.averaging;

/**
 * What share of a round a larger cluster would spend in local steps, from terms that two executors
 * on one machine were measured with; no measurement.
 *
 * <p>A round is its local steps, what two executors take beside them without a network, Spark's own
 * work for every further worker, and the way of the state over the network: once to every executor
 * as pieces that each passes on (a torrent), once out of and into every executor as slices, once to
 * the driver. Not in it: executors of unequal speed, links that others use, switches that cannot
 * carry all links at once.
 *
 * @param stepSeconds of a local step on one core
 * @param outsideSeconds of a round beside its local steps, two executors on one machine
 * @param workerSeconds what a further worker adds to a round of a state of no size
 * @param stateBytes parameters and momentum as they travel
 */
record Extrapolation(
    double stepSeconds, double outsideSeconds, double workerSeconds, long stateBytes) {

  /** A piece of a broadcast: {@code spark.broadcast.blockSize}, as it is by default. */
  private static final int PIECE = 4 << 20;

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
    double hops = Math.ceil(Math.log(executors) / Math.log(2));
    double broadcast = stateBytes + PIECE * hops;
    double shuffle = (double) stateBytes * (executors - 1) / executors;
    return (broadcast + shuffle + stateBytes) * Byte.SIZE / (gigabits * 1e9);
  }
}
