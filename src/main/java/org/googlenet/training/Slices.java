package org.googlenet.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Averages the workers of a round by a shuffle: every reducer owns one slice of the vectors and
 * adds it in the order of the workers, in double, so that the result depends neither on the order
 * of arrival nor on the number of slices, and the driver receives one averaged model whatever the
 * number of workers.
 */
final class Slices {

  /** One worker's share of one slice; the figures travel with slice 0 only. */
  private record Part(
      int worker, long examples, float[] parameters, float[] momentum, Figures figures)
      implements Serializable {}

  private record Figures(
      int worker, long examples, int steps, double[] lossSums, String instructions)
      implements Serializable {}

  private record Mean(int slice, float[] parameters, float[] momentum, List<Figures> figures)
      implements Serializable {}

  private Slices() {}

  /**
   * Runs the workers and averages them.
   *
   * @param results one result a worker, at least one of them with examples
   * @param slices number of reducers
   */
  static Average average(JavaRDD<WorkerResult> results, int slices) {
    List<Mean> means =
        new ArrayList<>(
            results
                .flatMapToPair(result -> cut(result, slices))
                .groupByKey(new HashPartitioner(slices))
                .map(slice -> mean(slice._1(), slice._2()))
                .collect());
    means.sort(Comparator.comparingInt(Mean::slice));
    return join(means);
  }

  private static Iterator<Tuple2<Integer, Part>> cut(WorkerResult result, int slices) {
    List<Tuple2<Integer, Part>> parts = new ArrayList<>(slices);
    for (int slice = 0; slice < slices; slice++) {
      Figures figures =
          slice == 0
              ? new Figures(
                  result.worker(),
                  result.examples(),
                  result.steps(),
                  result.lossSums(),
                  result.instructions())
              : null;
      parts.add(
          new Tuple2<>(
              slice,
              new Part(
                  result.worker(),
                  result.examples(),
                  slice(result.parameters(), slice, slices),
                  slice(result.momentum(), slice, slices),
                  figures)));
    }
    return parts.iterator();
  }

  private static float[] slice(float[] vector, int slice, int slices) {
    int from = (int) ((long) vector.length * slice / slices);
    int to = (int) ((long) vector.length * (slice + 1) / slices);
    return Arrays.copyOfRange(vector, from, to);
  }

  private static Mean mean(int slice, Iterable<Part> unordered) {
    List<Part> parts = new ArrayList<>();
    List<Figures> figures = new ArrayList<>();
    for (Part part : unordered) {
      if (part.figures() != null) {
        figures.add(part.figures());
      }
      if (part.examples() > 0) {
        parts.add(part);
      }
    }
    parts.sort(Comparator.comparingInt(Part::worker));
    return new Mean(
        slice,
        weightedMean(parts, parts.stream().map(Part::parameters).toList()),
        weightedMean(parts, parts.stream().map(Part::momentum).toList()),
        figures);
  }

  private static float[] weightedMean(List<Part> parts, List<float[]> vectors) {
    double[] sum = new double[vectors.isEmpty() ? 0 : vectors.get(0).length];
    long examples = 0;
    for (int p = 0; p < parts.size(); p++) {
      long weight = parts.get(p).examples();
      float[] vector = vectors.get(p);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += weight * (double) vector[i];
      }
      examples += weight;
    }
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / examples);
    }
    return mean;
  }

  private static Average join(List<Mean> means) {
    List<Figures> workers = new ArrayList<>(means.get(0).figures());
    workers.removeIf(figures -> figures.examples() == 0);
    workers.sort(Comparator.comparingInt(Figures::worker));
    long examples = workers.stream().mapToLong(Figures::examples).sum();
    return new Average(
        concatenate(means.stream().map(Mean::parameters).toList()),
        concatenate(means.stream().map(Mean::momentum).toList()),
        examples,
        workers.stream().mapToInt(Figures::steps).max().orElse(0),
        losses(workers, examples),
        workers.stream().map(Figures::instructions).collect(Collectors.toCollection(TreeSet::new)));
  }

  private static double[] losses(List<Figures> workers, long examples) {
    double[] losses = new double[workers.isEmpty() ? 0 : workers.get(0).lossSums().length];
    for (Figures figures : workers) {
      for (int head = 0; head < losses.length; head++) {
        losses[head] += figures.lossSums()[head];
      }
    }
    for (int head = 0; head < losses.length; head++) {
      losses[head] /= examples;
    }
    return losses;
  }

  private static float[] concatenate(List<float[]> slices) {
    float[] all = new float[slices.stream().mapToInt(slice -> slice.length).sum()];
    int position = 0;
    for (float[] slice : slices) {
      System.arraycopy(slice, 0, all, position, slice.length);
      position += slice.length;
    }
    return all;
  }
}
