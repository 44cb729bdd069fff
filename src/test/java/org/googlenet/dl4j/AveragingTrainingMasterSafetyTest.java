package org.googlenet.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.termination.MaxScoreIterationTerminationCondition;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.earlystopping.SparkEarlyStoppingGraphTrainer;
import org.deeplearning4j.spark.earlystopping.SparkLossCalculatorComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.googlenet.averaging.DivergedProblem;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** A trained network is not lost: by divergence, by scoring, by a restart. */
@Timeout(300)
class AveragingTrainingMasterSafetyTest extends AveragingFixture {

  @Tag("slow")
  @Test
  void aRoundAfterWhichAParameterIsNotFiniteIsRefusedAndTheLastWholeRoundStays() {
    List<DataSet> batches = new ArrayList<>(SmallGraphs.batches(4, 3, 5, 2));
    ComputationGraph afterOneRound =
        train(SmallGraphs.dense(momentum(0)), batches.subList(0, 2), 2, 1);
    batches.get(3).getFeatures().putScalar(0, 0, Float.NaN);
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));

    assertThatThrownBy(() -> graph.fit(spark.parallelize(batches)))
        .isInstanceOf(DivergedProblem.class)
        .hasMessage(
            "round 2: diverged: a parameter is no longer a number; the round was thrown away; lower the learning rate, or clip the gradient by the network's gradientNormalization or MomentumSgd.withClipNorm");
    assertSame(graph.getNetwork(), afterOneRound);
  }

  @Test
  void aNetworkThatIsNotFiniteIsNotTrained() {
    ComputationGraph network = SmallGraphs.dense(momentum(0));
    network.params().putScalar(3, Float.POSITIVE_INFINITY);
    SparkComputationGraph graph = graph(network, master(2, 1));

    assertThatThrownBy(() -> graph.fit(spark.parallelize(SmallGraphs.batches(4, 3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN or infinite before training");
  }

  @Tag("slow")
  @Test
  void scoringDoesNotCloseTheTrainedNetwork(@TempDir Path folder) throws Exception {
    JavaRDD<DataSet> data = spark.parallelize(SmallGraphs.batches(4, 3, 5));
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));
    graph.fit(data);

    double score = graph.calculateScore(data, true);
    double sum =
        graph.scoreExamples(data, true).collect().stream().mapToDouble(value -> value).sum();
    closeUnusedBroadcasts(graph.getNetwork().params());

    assertThat(score).isPositive();
    assertThat(sum).isPositive();
    assertThat(graph.getNetwork().params().wasClosed()).isFalse();
    File file = folder.resolve("model.zip").toFile();
    ModelSerializer.writeModel(graph.getNetwork(), file, true);
    assertSame(ModelSerializer.restoreComputationGraph(file, true), graph.getNetwork());
  }

  @Tag("slow")
  @Test
  void earlyStoppingDoesNotCloseTheTrainedNetwork() throws Exception {
    JavaRDD<MultiDataSet> data =
        spark.parallelize(SmallGraphs.batches(4, 3, 5)).map(DataSet::toMultiDataSet);
    ComputationGraph network = SmallGraphs.dense(new Sgd(0.1));
    EarlyStoppingConfiguration<ComputationGraph> configuration =
        new EarlyStoppingConfiguration.Builder<ComputationGraph>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(3))
            .iterationTerminationConditions(new MaxScoreIterationTerminationCondition(1e6))
            .scoreCalculator(new SparkLossCalculatorComputationGraph(data, true, spark.sc()))
            .modelSaver(new InMemoryModelSaver<>())
            .build();

    EarlyStoppingResult<ComputationGraph> result =
        new SparkEarlyStoppingGraphTrainer(spark, master(2, 1), configuration, network, data).fit();
    closeUnusedBroadcasts(network.params());

    assertThat(network.params().wasClosed()).isFalse();
    assertThat(result.getBestModel().score(SmallGraphs.batches(4).get(0))).isPositive();
  }

  @Tag("slow")
  @Test
  void aRestoredNetworkGoesOnFromItsIterationAndMomentum(@TempDir Path folder) throws IOException {
    List<DataSet> batches = SmallGraphs.batches(4, 3, 5, 2, 6);
    MomentumSgd falling = new MomentumSgd(0.9, new LearningRateSchedule.Step(0.1, 2, 0.5, 0), 0);
    ComputationGraph once =
        graph(SmallGraphs.dense(falling), master(1, 1)).fit(spark.parallelize(batches));
    ComputationGraph half =
        graph(SmallGraphs.dense(falling), master(1, 1))
            .fit(spark.parallelize(batches.subList(0, 3)));
    File file = folder.resolve("model.zip").toFile();
    ModelSerializer.writeModel(half, file, true);

    ComputationGraph restored = ModelSerializer.restoreComputationGraph(file, true);
    graph(restored, master(1, 1)).fit(spark.parallelize(batches.subList(3, 5)));

    assertSame(restored, once);
    assertThat(restored.getIterationCount()).isEqualTo(5);
    assertThat(restored.getEpochCount()).isEqualTo(2);
  }

  /**
   * Has Spark clean the broadcasts that nobody refers to any more, in this thread's time: it
   * notices them once the garbage collector does.
   */
  private void closeUnusedBroadcasts(INDArray stillUsed) throws InterruptedException {
    for (int i = 0; i < 10 && !stillUsed.wasClosed(); i++) {
      System.gc();
      Thread.sleep(200);
    }
  }
}
