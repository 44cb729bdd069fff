package org.googlenet.averaging;

import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.Blocks;
import org.googlenet.spark.JobFailure;
import org.googlenet.spark.TaskCores;

/**
 * Runs rounds on Spark, one after the other: gives a state to all workers, lets them train, and
 * averages what they have made of it.
 *
 * <p>Between two rounds it keeps the average on the executors that summed it, so that the next
 * round's workers take it from there. Closing it gives that up.
 */
public final class Averager implements AutoCloseable {

  private final JavaSparkContext spark;
  private final Compression compression;
  private final Exchange exchange;

  /**
   * For the rounds of one training.
   *
   * @param compression of what is sent: the state, and what each worker has learnt since then; sums
   *     are in double
   */
  public Averager(JavaSparkContext spark, Compression compression) {
    requireJavaSerializer(spark);
    this.spark = spark;
    this.compression = compression;
    this.exchange =
        spark.isLocal()
            ? new SharedHeap(spark, compression)
            : new ClusterExchange(spark, compression);
  }

  /**
   * Runs a round. The average's vectors must not be changed afterwards: the next round may start
   * from where they lie on the executors.
   *
   * @param workers number of workers, each a task of its own
   * @throws JobFailure if a worker failed for a reason other than a {@code Problem}, which is
   *     thrown as it is
   */
  public Average average(TrainingState state, int workers, LocalTraining training) {
    return average(
        state,
        workers,
        start -> numbers(workers).map(worker -> training.train(worker, start.state())));
  }

  /**
   * Runs a round whose workers are given as a function of what they start from.
   *
   * @param results defines the workers' results, one element per worker, without computing them
   * @throws JobFailure if a worker failed for a reason other than a {@code Problem}, which is
   *     thrown as it is
   */
  public Average average(
      TrainingState state, int workers, Function<RoundStart, JavaRDD<WorkerResult>> results) {
    Average average;
    try {
      RoundCounters counters = RoundCounters.in(spark.sc());
      average =
          exchange.run(
              state,
              workers,
              start -> results.apply(start).map(counters::count).setName("results of the workers"));
    } catch (Exception e) {
      throw JobFailure.of(e);
    }
    boolean exact = compression == Compression.NONE;
    return exact || average.parameters().length == 0 ? average : average.from(state);
  }

  /**
   * The workers' numbers, each a partition. If all run at once, each prefers the executor where it
   * ran in the round before, which may have read ahead for it.
   */
  private JavaRDD<Integer> numbers(int workers) {
    boolean atOnce = workers <= TaskCores.slots(spark);
    return Blocks.numbers(
            spark, workers, worker -> atOnce ? exchange.place(worker) : Optional.empty())
        .setName("workers");
  }

  /**
   * Refuses Kryo: Spark's Kryo does not support records.
   *
   * @throws IllegalStateException if Spark uses it
   */
  public static void requireJavaSerializer(JavaSparkContext spark) {
    String serializer = spark.getConf().get("spark.serializer", "");
    if (serializer.endsWith("KryoSerializer")) {
      throw new IllegalStateException(
          ("spark.serializer: %s: cannot serialise this project's records; leave it at Spark's default,"
                  + " the JavaSerializer (parameters travel as raw bytes with either)")
              .formatted(serializer));
    }
  }

  @Override
  public void close() {
    exchange.close();
  }
}
