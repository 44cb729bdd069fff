package org.googlenet.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.googlenet.LocalSpark;
import org.googlenet.common.SplitMix;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.NativeThreads;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Trains small graphs by an {@link AveragingTrainingMaster}. */
abstract class AveragingFixture {

  static final long SEED = 11;

  final JavaSparkContext spark = LocalSpark.context();

  static MomentumSgd momentum(double clipNorm) {
    return new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.1, 0), clipNorm);
  }

  /** Whose local steps are {@code fit}'s to the last bit. */
  static AveragingTrainingMaster master(int workers, int localSteps) {
    return builder(workers, localSteps).engine(EngineKind.DL4J).build();
  }

  static AveragingTrainingMaster.Builder builder(int workers, int localSteps) {
    return AveragingTrainingMaster.builder()
        .workers(workers)
        .localSteps(localSteps)
        .threads(1)
        .seed(SEED);
  }

  SparkComputationGraph graph(ComputationGraph network, AveragingTrainingMaster master) {
    return new SparkComputationGraph(spark, network, master);
  }

  ComputationGraph train(
      ComputationGraph network, List<DataSet> batches, int workers, int localSteps) {
    return graph(network, master(workers, localSteps)).fit(spark.parallelize(batches));
  }

  static void assertSame(ComputationGraph actual, ComputationGraph expected) {
    assertThat(NetworkState.parameters(actual)).isEqualTo(NetworkState.parameters(expected));
    assertThat(NetworkState.updaterState(actual)).isEqualTo(NetworkState.updaterState(expected));
    assertThat(actual.getIterationCount()).isEqualTo(expected.getIterationCount());
  }

  /** What a worker does, by hand. */
  static ComputationGraph fit(
      ComputationGraph network, List<DataSet> batches, int firstStep, int worker) {
    NativeThreads.use(1);
    network.getConfiguration().setIterationCount(firstStep);
    for (int i = 0; i < batches.size(); i++) {
      Nd4j.getRandom().setSeed(SplitMix.hash(SEED, firstStep + i, worker));
      network.fit(batches.get(i));
    }
    return network;
  }

  static float[] mean(float[] first, int weight, float[] second, int otherWeight) {
    float[] mean = new float[first.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] =
          (float)
              ((weight * (double) first[i] + otherWeight * (double) second[i])
                  / (weight + otherWeight));
    }
    return mean;
  }

  static List<String> save(List<DataSet> batches, Path folder) {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < batches.size(); i++) {
      Path file = folder.resolve(Integer.toString(i));
      batches.get(i).save(file.toFile());
      assertThat(Files.exists(file)).isTrue();
      paths.add(file.toUri().toString());
    }
    return paths;
  }
}
