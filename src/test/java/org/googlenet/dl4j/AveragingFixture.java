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
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.nd4j.linalg.dataset.DataSet;

/** Trains small graphs by an {@link AveragingTrainingMaster}. */
abstract class AveragingFixture {

  static final long SEED = 11;

  final JavaSparkContext spark = LocalSpark.context();

  static MomentumSgd momentum(double clipNorm) {
    return new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.1, 0), clipNorm);
  }

  static AveragingTrainingMaster master(int workers, int localSteps) {
    return AveragingTrainingMaster.builder()
        .workers(workers)
        .localSteps(localSteps)
        .threads(1)
        .seed(SEED)
        .build();
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
