package org.googlenet.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.util.LongAccumulator;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.googlenet.model.GlobalNormClipping;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.spark.JobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

@Timeout(300)
class AveragingTrainingMasterTest extends AveragingFixture {

  @Test
  void oneWorkerWithOneLocalStepIsFitStepByStepToTheLastBit() {
    List<DataSet> batches = SmallGraphs.batches(4, 3, 5);
    ComputationGraph expected = fit(SmallGraphs.dense(momentum(0)), batches, 0, 0);

    ComputationGraph trained = train(SmallGraphs.dense(momentum(0)), batches, 1, 1);

    assertSame(trained, expected);
    assertThat(trained.getIterationCount()).isEqualTo(3);
    assertThat(trained.getEpochCount()).isEqualTo(1);
  }

  @Test
  void twoWorkersAreTwoNetworksAveragedByHandWithAnyUpdater() {
    List<DataSet> batches = SmallGraphs.batches(4, 3, 5, 2);
    for (IUpdater updater : List.of(momentum(0), new Adam(0.01), new Sgd(0.1))) {
      ComputationGraph first = fit(SmallGraphs.dense(updater), batches.subList(0, 2), 0, 0);
      ComputationGraph second = fit(SmallGraphs.dense(updater), batches.subList(2, 4), 0, 1);

      ComputationGraph trained = train(SmallGraphs.dense(updater), batches, 2, 2);

      assertThat(NetworkState.parameters(trained))
          .as(updater.toString())
          .isEqualTo(mean(NetworkState.parameters(first), 7, NetworkState.parameters(second), 7));
      assertThat(NetworkState.updaterState(trained))
          .isEqualTo(
              mean(NetworkState.updaterState(first), 7, NetworkState.updaterState(second), 7));
      assertThat(trained.getIterationCount()).isEqualTo(2);
    }
  }

  @Test
  void theAverageAndTheScoreAreWeightedByExamples() {
    List<DataSet> batches = SmallGraphs.batches(2, 9);
    ComputationGraph first = fit(SmallGraphs.dense(momentum(0)), batches.subList(0, 1), 0, 0);
    ComputationGraph second = fit(SmallGraphs.dense(momentum(0)), batches.subList(1, 2), 0, 1);

    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));
    graph.fit(spark.parallelize(batches));

    assertThat(NetworkState.parameters(graph.getNetwork()))
        .isEqualTo(mean(NetworkState.parameters(first), 2, NetworkState.parameters(second), 9));
    assertThat(graph.getScore())
        .isCloseTo((2 * first.score() + 9 * second.score()) / 11, within(1e-12))
        .isEqualTo(graph.getNetwork().score());
  }

  @Test
  void theSecondRoundGoesOnFromTheAveragedMomentum() {
    List<DataSet> batches = SmallGraphs.batches(3, 3, 3, 3);
    ComputationGraph afterFirst =
        train(SmallGraphs.dense(momentum(0)), batches.subList(0, 2), 2, 1);
    assertThat(NetworkState.updaterState(afterFirst))
        .isNotEqualTo(new float[afterFirst.params().columns()]);
    ComputationGraph one = fit(copy(afterFirst), batches.subList(2, 3), 1, 0);
    ComputationGraph two = fit(copy(afterFirst), batches.subList(3, 4), 1, 1);

    ComputationGraph trained = train(SmallGraphs.dense(momentum(0)), batches, 2, 1);

    assertThat(NetworkState.parameters(trained))
        .isEqualTo(mean(NetworkState.parameters(one), 3, NetworkState.parameters(two), 3));
    assertThat(NetworkState.updaterState(trained))
        .isEqualTo(mean(NetworkState.updaterState(one), 3, NetworkState.updaterState(two), 3));
  }

  @Test
  void aLearningRateScheduleSeesTheGlobalStepAcrossRoundsAndCalls() {
    List<DataSet> batches = SmallGraphs.batches(4, 3, 5, 2, 4);
    IUpdater zeroFromStepThree = new MomentumSgd(0, new LearningRateSchedule.Step(0.1, 3, 0, 0), 0);
    ComputationGraph expected =
        fit(SmallGraphs.dense(zeroFromStepThree), batches.subList(0, 3), 0, 0);

    SparkComputationGraph graph = graph(SmallGraphs.dense(zeroFromStepThree), master(1, 2));
    graph.fit(spark.parallelize(batches.subList(0, 1)));
    graph.fit(spark.parallelize(batches.subList(1, 5)));

    assertThat(NetworkState.parameters(graph.getNetwork()))
        .isEqualTo(NetworkState.parameters(expected));
    assertThat(graph.getNetwork().getIterationCount()).isEqualTo(5);
    assertThat(graph.getNetwork().getEpochCount()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 7, 4", "3, 2, 8, 3", "4, 2, 3, 1", "1, 5, 1, 1"})
  void nothingIsDroppedWhateverTheNumberOfElements(
      int workers, int localSteps, int elements, int steps) {
    LongAccumulator trained = new LongAccumulator();
    spark.sc().register(trained);
    AveragingTrainingMaster master = master(workers, localSteps);
    master.addHook(new CountingHook(trained));
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master);
    int[] sizes = new int[elements];
    int examples = 0;
    for (int i = 0; i < elements; i++) {
      sizes[i] = 1 + i;
      examples += sizes[i];
    }

    graph.fit(spark.parallelize(SmallGraphs.batches(sizes), 3));

    assertThat(trained.value()).isEqualTo(examples);
    assertThat(graph.getNetwork().getIterationCount()).isEqualTo(steps);
  }

  @Test
  void theSameTwiceGivesTheSameBits() {
    List<DataSet> batches = SmallGraphs.batches(4, 3, 5, 2, 6, 1, 4);

    ComputationGraph once = train(SmallGraphs.dense(new Adam(0.01)), batches, 3, 2);
    ComputationGraph again = train(SmallGraphs.dense(new Adam(0.01)), batches, 3, 2);

    assertSame(again, once);
  }

  @Test
  void convolutionsAndRunningMeansAreTrainedAndAveraged() {
    List<DataSet> batches = SmallGraphs.batches(8, 8);
    ComputationGraph first =
        fit(SmallGraphs.convolutional(momentum(0)), batches.subList(0, 1), 0, 0);
    ComputationGraph second =
        fit(SmallGraphs.convolutional(momentum(0)), batches.subList(1, 2), 0, 1);

    ComputationGraph trained = train(SmallGraphs.convolutional(momentum(0)), batches, 2, 1);

    assertThat(NetworkState.parameters(trained))
        .isEqualTo(mean(NetworkState.parameters(first), 8, NetworkState.parameters(second), 8));
  }

  @Test
  void theGradientIsClippedOnTheWorkers() {
    List<DataSet> batches = SmallGraphs.batches(4, 3);
    ComputationGraph clipped = SmallGraphs.dense(momentum(0.05));
    clipped.addListeners(new GlobalNormClipping(0.05));
    fit(clipped, batches, 0, 0);

    ComputationGraph trained = train(SmallGraphs.dense(momentum(0.05)), batches, 1, 2);

    assertSame(trained, clipped);
    assertThat(NetworkState.parameters(trained))
        .isNotEqualTo(
            NetworkState.parameters(train(SmallGraphs.dense(momentum(0)), batches, 1, 2)));
  }

  @Test
  void aLoaderThatThrowsEndsTheTrainingWithItsCause(@TempDir Path folder) {
    List<String> paths = save(SmallGraphs.batches(4, 3, 5), folder);
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));
    DataSetLoader broken =
        source -> {
          throw new IOException(source.getPath().replaceAll(".*/", "") + " is broken");
        };

    assertThatThrownBy(() -> graph.fitPaths(spark.parallelize(paths), broken))
        .isInstanceOf(JobFailure.class)
        .rootCause()
        .hasMessageMatching("[01] is broken");
  }

  @Test
  void aFailingElementEndsTheTrainingWithItsCauseAndTheLastWholeRoundStays() {
    List<DataSet> batches = new ArrayList<>(SmallGraphs.batches(4, 3, 5, 2));
    ComputationGraph afterOneRound =
        train(SmallGraphs.dense(momentum(0)), batches.subList(0, 2), 2, 1);
    batches.set(3, new DataSet(Nd4j.create(DataType.FLOAT, 2, 1), batches.get(3).getLabels()));
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));

    assertThatThrownBy(() -> graph.fit(spark.parallelize(batches)))
        .isInstanceOf(JobFailure.class)
        .rootCause()
        .hasMessageContaining("does not match layer input size");
    assertThat(NetworkState.parameters(graph.getNetwork()))
        .isEqualTo(NetworkState.parameters(afterOneRound));
    assertThat(graph.getNetwork().getIterationCount()).isEqualTo(1);
  }

  @Test
  void aMultiLayerNetworkIsRefused() {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .list(new OutputLayer.Builder().nIn(6).nOut(3).build())
            .build();
    SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, configuration, master(2, 2));

    assertThatThrownBy(() -> network.fit(spark.parallelize(SmallGraphs.batches(4))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("toComputationGraph()");
  }

  private static ComputationGraph copy(ComputationGraph network) {
    ComputationGraph copy = network.clone();
    NetworkState.write(NetworkState.of(network), copy);
    return copy;
  }
}
