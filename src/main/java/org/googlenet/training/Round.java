package org.googlenet.training;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * One round on Spark: broadcast the state, train in every worker, average, forget the broadcast.
 */
final class Round {

  private Round() {}

  /**
   * Runs a round.
   *
   * <p>If a worker fails, so does the job; the worker's error is among the causes.
   *
   * @param workers number of workers, each a task of its own
   */
  static Average run(
      JavaSparkContext spark, TrainingState state, int workers, LocalTraining training) {
    Broadcast<TrainingState> broadcast = spark.broadcast(state);
    try {
      List<Integer> numbers = IntStream.range(0, workers).boxed().toList();
      JavaRDD<WorkerResult> results =
          spark
              .parallelize(numbers, workers)
              .map(worker -> training.train(worker, broadcast.value()));
      return Slices.average(results, workers);
    } finally {
      broadcast.destroy();
    }
  }
}
