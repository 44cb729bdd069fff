package org.googlenet.averaging;

import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
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

  /** What Spark's UI says of the job in which workers train. */
  static String training(int workers) {
    return workers == 1 ? "1 worker trains" : workers + " workers train";
  }
}
