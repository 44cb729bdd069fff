package org.googlenet.averaging;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.Broadcasts;
import org.googlenet.spark.JobFailure;

/**
 * Runs one round on Spark: broadcasts the state, trains in every worker, averages, and destroys the
 * broadcast.
 */
public final class Round {

  private Round() {}

  /**
   * Runs a round.
   *
   * @param workers number of workers, each a task of its own
   * @param compression of what is sent: the broadcast, and what each worker has learnt since then;
   *     sums are in double
   * @throws JobFailure if a worker failed for a reason other than a {@code Problem}, which is
   *     thrown as it is
   */
  public static Average run(
      JavaSparkContext spark,
      TrainingState state,
      int workers,
      LocalTraining training,
      Compression compression) {
    List<Integer> numbers = IntStream.range(0, workers).boxed().toList();
    boolean exact = compression == Compression.NONE;
    Average average =
        run(
            spark,
            state,
            workers,
            compression,
            broadcast ->
                spark
                    .parallelize(numbers, workers)
                    .map(
                        worker -> {
                          TrainingState start = broadcast.value().state();
                          WorkerResult result = training.train(worker, start);
                          return exact ? result : result.since(start);
                        }));
    return exact || average.parameters().length == 0 ? average : average.from(state);
  }

  /**
   * Runs a round whose workers are given as a function of the broadcast that they start from.
   *
   * @param slices number of slices that the average is cut into
   * @param workers defines the workers' results, one element per worker, without computing them
   * @throws JobFailure if a worker failed for a reason other than a {@code Problem}, which is
   *     thrown as it is
   */
  public static Average run(
      JavaSparkContext spark,
      TrainingState state,
      int slices,
      Compression compression,
      Function<Broadcast<RoundStart>, JavaRDD<WorkerResult>> workers) {
    Broadcast<RoundStart> broadcast = spark.broadcast(new RoundStart(state, compression));
    Average average;
    try {
      average = Slices.average(workers.apply(broadcast), slices, compression);
    } catch (Exception e) {
      Broadcasts.destroyAfterFailure(broadcast);
      throw JobFailure.of(e);
    }
    broadcast.destroy();
    return average;
  }
}
