package org.googlenet.averaging;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What one round took, in time and in bytes.
 *
 * @param parts seconds of each of {@link #PARTS}, along the worker that ended last; together they
 *     are the round
 * @param driverBytes what the driver's process read and wrote, but for its memory maps; empty where
 *     the system does not tell
 */
record RoundCost(Map<String, Double> parts, OptionalLong driverBytes) {

  /** The part of a round that is not beside its local steps. */
  static final String STEPS = "steps";

  /**
   * The parts of a round, in their order: until the workers' tasks are handed to Spark's scheduler;
   * until the worker has the state; what it waits for, the engine to be loaded and batches; its
   * local steps; until its result is read out of the engine and checked; until the driver knows
   * where it lies; until the mean is summed; until it is at the driver.
   */
  static final List<String> PARTS =
      List.of("begin", "fetch", "wait", STEPS, "read", "keep", "sum", "receive");

  double seconds() {
    return parts.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  double outsideSeconds() {
    return seconds() - parts.get(STEPS);
  }
}
