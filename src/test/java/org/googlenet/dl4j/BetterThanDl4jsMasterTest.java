package org.googlenet.dl4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.googlenet.LocalSpark;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Holds our training master to what dl4j-spark's own gets wrong on the same data, where no other
 * test does.
 */
@Timeout(300)
class BetterThanDl4jsMasterTest {

  private static final int WORKERS = 2;
  private static final int BATCH = 2;
  private static final int LOCAL_STEPS = 2;

  private final JavaSparkContext spark = LocalSpark.context();

  @Test
  void anElementLargerThanAWorkersPartOfARoundIsTrainedOn() {
    int large = BATCH * LOCAL_STEPS + 1;
    List<DataSet> batches = SmallGraphs.batches(large, large, large);

    assertThatThrownBy(() -> train(dl4jsMaster(large), batches))
        .hasStackTraceContaining("ArithmeticException: / by zero");
    assertThat(train(ours(), batches).getNetwork().getIterationCount()).isEqualTo(2);
  }

  @Test
  void momentumOutlivesARound() {
    List<DataSet> batches = SmallGraphs.batches(BATCH, BATCH, BATCH, BATCH);

    assertThat(NetworkState.updaterState(train(dl4jsMaster(BATCH), batches).getNetwork()))
        .containsOnly(0f);
    assertThat(NetworkState.updaterState(train(ours(), batches).getNetwork()))
        .doesNotContain(Float.NaN)
        .isNotEqualTo(new float[NetworkState.updaterState(network().getNetwork()).length]);
  }

  /** dl4j-spark's statistics ask a time server on the internet for the time. */
  @Tag("slow")
  @Test
  void nothingOfOursCollectsStatisticsThatCallATimeServer() {
    JavaClasses ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.googlenet");
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.deeplearning4j.spark.time..")
        .check(ours);
    assertThat(dl4jsMaster(BATCH).getIsCollectTrainingStats()).isFalse();
    assertThatThrownBy(() -> ours().setCollectTrainingStats(true))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("no training statistics");
  }

  private SparkComputationGraph train(TrainingMaster<?, ?> master, List<DataSet> batches) {
    SparkComputationGraph graph = network(master);
    graph.fit(spark.parallelize(batches, WORKERS));
    return graph;
  }

  private SparkComputationGraph network() {
    return network(ours());
  }

  private SparkComputationGraph network(TrainingMaster<?, ?> master) {
    LearningRateSchedule constant = new LearningRateSchedule.Constant(0.1, 0);
    return new SparkComputationGraph(
        spark, SmallGraphs.dense(new MomentumSgd(0.9, constant, 0)), master);
  }

  private static AveragingTrainingMaster ours() {
    return AveragingTrainingMaster.builder()
        .workers(WORKERS)
        .localSteps(LOCAL_STEPS)
        .threads(1)
        .build();
  }

  /** With its defaults wherever they run. */
  private static ParameterAveragingTrainingMaster dl4jsMaster(int examplesOfAnElement) {
    return new ParameterAveragingTrainingMaster.Builder(WORKERS, examplesOfAnElement)
        .batchSizePerWorker(BATCH)
        .averagingFrequency(LOCAL_STEPS)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .workerPrefetchNumBatches(0)
        .build();
  }
}
