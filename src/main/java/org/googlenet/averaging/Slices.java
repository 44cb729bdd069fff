package org.googlenet.averaging;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.ContextCleaner;
import org.apache.spark.HashPartitioner;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.googlenet.recipe.Recipe.Compression;
import scala.Option;
import scala.Tuple2;

/**
 * Averages the workers of a round by a shuffle: each reducer owns one slice of the vectors and adds
 * it up in the order of the workers, in double. So the result depends neither on the order of
 * arrival nor on the number of slices, and the driver receives one averaged model, whatever the
 * number of workers.
 */
public final class Slices {

  /** One worker's share of one slice; the metrics are sent with slice 0 only. */
  private record Contribution(
      int worker,
      long attempt,
      long examples,
      PackedVector parameters,
      PackedVector momentum,
      RoundMetrics metrics)
      implements Serializable {}

  /**
   * The average of one slice, not compressed.
   *
   * @param attempts a hash of the attempts whose results it contains, in the order of the workers;
   *     the list of their ids would grow with the square of the workers at the driver
   */
  private record Mean(
      int slice,
      long attempts,
      PackedVector parameters,
      PackedVector momentum,
      RoundMetrics metrics)
      implements Serializable {}

  private Slices() {}

  /**
   * Runs the workers and averages their results.
   *
   * @param results one result per worker
   * @param slices number of reducers
   * @param compression of what the workers send
   */
  public static Average average(
      JavaRDD<WorkerResult> results, int slices, Compression compression) {
    JavaPairRDD<Integer, Contribution> shuffled =
        results
            .flatMapToPair(result -> cut(result, slices, compression))
            .partitionBy(new HashPartitioner(slices));
    List<Mean> means;
    try {
      means =
          new ArrayList<>(
              shuffled
                  .mapPartitionsWithIndex(
                      (slice, parts) -> List.of(mean(slice, parts)).iterator(), false)
                  .collect());
    } finally {
      // Spark would keep the shuffle's files, one model per worker, until the driver's next garbage
      // collection.
      forgetShuffle(shuffled);
    }
    means.sort(Comparator.comparingInt(Mean::slice));
    return new Average(
        concatenate(means.stream().map(Mean::parameters).toList()),
        concatenate(means.stream().map(Mean::momentum).toList()),
        means.get(0).metrics(),
        means.stream().mapToLong(Mean::attempts).distinct().count() > 1);
  }

  /** Removes this shuffle only; Spark's own method would also remove those of its ancestors. */
  private static void forgetShuffle(JavaPairRDD<Integer, Contribution> shuffled) {
    ShuffleDependency<?, ?, ?> shuffle =
        (ShuffleDependency<?, ?, ?>) shuffled.rdd().dependencies().head();
    Option<ContextCleaner> cleaner = shuffled.context().cleaner();
    if (cleaner.isDefined()) {
      cleaner.get().doCleanupShuffle(shuffle.shuffleId(), false);
    }
  }

  private static Iterator<Tuple2<Integer, Contribution>> cut(
      WorkerResult result, int slices, Compression compression) {
    List<Tuple2<Integer, Contribution>> parts = new ArrayList<>(slices);
    for (int slice = 0; slice < slices; slice++) {
      parts.add(
          new Tuple2<>(
              slice,
              new Contribution(
                  result.worker(),
                  TaskContext.get().taskAttemptId(),
                  result.metrics().examples(),
                  slice(result.parameters(), slice, slices, compression),
                  slice(result.momentum(), slice, slices, compression),
                  slice == 0 ? result.metrics() : null)));
    }
    return parts.iterator();
  }

  private static PackedVector slice(
      float[] vector, int slice, int slices, Compression compression) {
    int from = (int) ((long) vector.length * slice / slices);
    int to = (int) ((long) vector.length * (slice + 1) / slices);
    return PackedVector.of(vector, from, to, compression);
  }

  private static Mean mean(int slice, Iterator<Tuple2<Integer, Contribution>> unordered) {
    List<Contribution> parts = new ArrayList<>();
    unordered.forEachRemaining(part -> parts.add(part._2()));
    parts.sort(Comparator.comparingInt(Contribution::worker));
    RoundMetrics metrics = null;
    if (slice == 0) {
      metrics =
          parts.stream().map(Contribution::metrics).reduce(RoundMetrics.NONE, RoundMetrics::plus);
    }
    long attempts =
        parts.stream().mapToLong(Contribution::attempt).reduce(0, (hash, a) -> 31 * hash + a);
    parts.removeIf(part -> part.examples() == 0);
    return new Mean(
        slice,
        attempts,
        weightedMean(parts, parts.stream().map(Contribution::parameters).toList()),
        weightedMean(parts, parts.stream().map(Contribution::momentum).toList()),
        metrics);
  }

  private static PackedVector weightedMean(List<Contribution> parts, List<PackedVector> vectors) {
    double[] sum = new double[vectors.isEmpty() ? 0 : vectors.get(0).length()];
    long examples = 0;
    for (int p = 0; p < parts.size(); p++) {
      long weight = parts.get(p).examples();
      float[] vector = vectors.get(p).values();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += weight * (double) vector[i];
      }
      examples += weight;
    }
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / examples);
    }
    return PackedVector.of(mean, Compression.NONE);
  }

  private static float[] concatenate(List<PackedVector> slices) {
    float[] all = new float[slices.stream().mapToInt(PackedVector::length).sum()];
    int position = 0;
    for (PackedVector slice : slices) {
      System.arraycopy(slice.values(), 0, all, position, slice.length());
      position += slice.length();
    }
    return all;
  }
}
