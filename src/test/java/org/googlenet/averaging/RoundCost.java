package org.googlenet.averaging;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What one round took, in time and in bytes.
 *
 * @param seconds from the driver's call to its return
 * @param insideSeconds in local steps, of the worker that spent most in them
 * @param parts seconds of each of {@link #PARTS}, along the worker that ended last; together they
 *     are the round
 * @param driverBytes what the driver's process read and wrote, but for its memory maps; empty where
 *     the system does not tell
 * @param shuffleBytes what all workers wrote for the reducers
 */
record RoundCost(
    double seconds,
    double insideSeconds,
    Map<String, Double> parts,
    OptionalLong driverBytes,
    long shuffleBytes) {

  /**
   * The parts of a round, in their order: until the state is broadcast and the tasks are handed to
   * Spark's scheduler; until the worker has the state; until it has an engine with it and the first
   * batch; its local steps; until its result is read out of the engine and checked; until it is cut
   * and written for the reducers; until the average is at the driver; until the round is over.
   */
  static final List<String> PARTS =
      List.of("broadcast", "fetch", "load", "steps", "read", "cut", "sum", "end");

  double outsideSeconds() {
    return seconds - insideSeconds;
  }
}
