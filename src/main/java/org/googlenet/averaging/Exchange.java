package org.googlenet.averaging;

import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;

/** How a state gets to the workers of a round, and the mean of their results back to the driver. */
interface Exchange extends AutoCloseable {

  /**
   * Runs a round.
   *
   * @param results defines the workers' results, one element per worker, without computing them
   * @return the mean; with compression, that of what was learnt since the start
   */
  Average run(
      TrainingState state, int workers, Function<RoundStart, JavaRDD<WorkerResult>> results);

  /** Where the worker of this number ran last, if that matters. */
  Optional<BlockManagerId> place(int worker);

  /** Gives up what was kept for a next round. */
  @Override
  void close();

  /** Says in Spark's UI what the next job is for. */
  static void describe(JavaSparkContext spark, TrainingState state, String job) {
    spark.sc().setJobDescription("round " + (state.round() + 1) + ": " + job);
  }
}
