package org.googlenet.averaging;

/** Runs rounds of averaging, by this project's own means or by dl4j-spark's. */
@FunctionalInterface
public interface Rounds extends AutoCloseable {

  /**
   * Runs one round.
   *
   * @param state what to start from
   * @param planned which round it is
   */
  Average run(TrainingState state, RoundPlan.PlannedRound planned);

  /** Gives up what was kept on the executors for a next round. */
  @Override
  default void close() {}
}
