package org.googlenet.averaging;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.googlenet.recipe.Recipe.Compression;

/**
 * A round as version 0.1.0 computed it, without Spark: the workers one after the other, and their
 * mean value by value, in double, in the order of the workers, rounded once.
 */
final class ReferenceMean {

  private ReferenceMean() {}

  static Average of(
      TrainingState state, int workers, LocalTraining training, Compression compression) {
    TrainingState start = state.rounded(compression);
    List<WorkerResult> results = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      results.add(result(worker, start, training, compression));
    }
    float[] parameters = mean(results, WorkerResult::parameters);
    RoundMetrics metrics =
        results.stream().map(WorkerResult::metrics).reduce(RoundMetrics.NONE, RoundMetrics::plus);
    Average average = new Average(parameters, mean(results, WorkerResult::momentum), metrics);
    return compression == Compression.NONE ? average : average.from(state);
  }

  private static WorkerResult result(
      int worker, TrainingState start, LocalTraining training, Compression compression) {
    try {
      WorkerResult result = training.train(worker, start);
      return compression == Compression.NONE ? result : result.since(start).rounded(compression);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static float[] mean(List<WorkerResult> results, Function<WorkerResult, float[]> vector) {
    float[] mean = new float[vector.apply(results.get(0)).length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      long examples = 0;
      for (WorkerResult result : results) {
        sum += result.metrics().examples() * (double) vector.apply(result)[i];
        examples += result.metrics().examples();
      }
      mean[i] = (float) (sum / examples);
    }
    return mean;
  }
}
