package org.googlenet.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.util.LongAccumulator;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineProblem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Which engine makes the local steps, and that it makes those of {@code fit}. */
@Timeout(300)
class AveragingTrainingMasterEngineTest extends AveragingFixture {

  private static final Offset<Float> FP32 = within(2e-5f);

  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final Logger logger = (Logger) LogManager.getLogger(AveragingTrainingMaster.class);
  private final AbstractAppender appender =
      new AbstractAppender("lines", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
        }
      };

  private Level level;

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
    level = logger.getLevel();
    Configurator.setLevel(logger.getName(), Level.INFO);
  }

  @AfterEach
  void stop() {
    logger.removeAppender(appender);
    Configurator.setLevel(logger.getName(), level);
  }

  @Tag("slow")
  @Test
  void theEngineTrainsAsDl4jDoesWithAnyUpdater() {
    List<DataSet> batches = SmallGraphs.imageBatches(4, 3, 5, 2, 4, 4, 1);
    for (IUpdater updater : List.of(momentum(0), momentum(0.5), new Adam(0.01), new Sgd(0.1))) {
      SparkComputationGraph byDl4j =
          fitted(SmallGraphs.images(updater), EngineKind.DL4J, 2, 2, batches);
      SparkComputationGraph byOneDnn =
          fitted(SmallGraphs.images(updater), EngineKind.ONEDNN, 2, 2, batches);

      assertClose(byOneDnn.getNetwork(), byDl4j.getNetwork(), updater.toString());
      assertThat(byOneDnn.getScore()).isCloseTo(byDl4j.getScore(), within(1e-4));
      assertThat(byOneDnn.getNetwork().getIterationCount()).isEqualTo(4);
    }
  }

  @Test
  void byDefaultTheEngineIsTakenAndThatIsSaidOnce() {
    List<DataSet> batches = SmallGraphs.imageBatches(4, 3);
    AveragingTrainingMaster master = builder(2, 1).build();
    SparkComputationGraph graph = graph(SmallGraphs.images(momentum(0)), master);

    graph.fit(spark.parallelize(batches));
    graph.fit(spark.parallelize(batches));

    assertThat(lines).containsExactly("INFO local steps are made by engine onednn, fp32");
  }

  @Test
  void aNetworkThatTheEngineDoesNotKnowIsTrainedByDl4jAndTheReasonIsSaid() {
    List<DataSet> batches = sequences(2);
    SparkComputationGraph byDl4j =
        fitted(SmallGraphs.sequences(momentum(0)), EngineKind.DL4J, 2, 1, batches);
    lines.clear();

    SparkComputationGraph byDefault =
        fitted(SmallGraphs.sequences(momentum(0)), EngineKind.AUTO, 2, 1, batches);

    assertSame(byDefault.getNetwork(), byDl4j.getNetwork());
    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith("WARN local steps are made by engine dl4j, which is slower than onednn: ")
        .contains("vertex lstm");
  }

  @Test
  void aNetworkThatTheNamedEngineDoesNotKnowIsRefusedByName() {
    ComputationGraph network = SmallGraphs.sequences(momentum(0));

    assertThatThrownBy(() -> fitted(network, EngineKind.ONEDNN, 2, 1, sequences(2)))
        .isInstanceOf(EngineProblem.class)
        .hasMessageStartingWith("engine onednn: ")
        .hasMessageContaining("vertex lstm")
        .hasMessageEndingWith("; use engine auto or dl4j");
    assertThat(network.getIterationCount()).isZero();
  }

  @Test
  void aBatchWithMasksIsTrainedByDl4jAndRefusedByTheNamedEngine() {
    List<DataSet> batches = new ArrayList<>(SmallGraphs.imageBatches(4, 3));
    batches.get(1).setLabelsMaskArray(Nd4j.create(new float[][] {{1}, {0}, {1}}));
    SparkComputationGraph byDl4j =
        fitted(SmallGraphs.images(momentum(0.5)), EngineKind.DL4J, 1, 2, batches);
    SparkComputationGraph byDefault =
        fitted(SmallGraphs.images(momentum(0.5)), EngineKind.AUTO, 1, 2, batches);

    assertClose(byDefault.getNetwork(), byDl4j.getNetwork(), "masks");
    assertThat(lines).contains("INFO local steps are made by engine onednn, fp32");
    assertThatThrownBy(
            () -> fitted(SmallGraphs.images(momentum(0)), EngineKind.ONEDNN, 1, 2, batches))
        .isInstanceOf(EngineProblem.class)
        .hasMessage(
            "engine onednn: mask arrays: are not known to engine onednn; use engine auto or dl4j");
  }

  /** No updater has been made then. */
  @Tag("slow")
  @Test
  void masksInTheFirstBatchAlreadyAreTakenLikeLaterOnes() {
    List<DataSet> batches = new ArrayList<>(SmallGraphs.imageBatches(4, 3));
    batches.get(0).setLabelsMaskArray(Nd4j.create(new float[][] {{1}, {0}, {1}, {1}}));
    for (IUpdater updater : List.of(momentum(0.5), new Adam(0.01), new Sgd(0.1))) {
      SparkComputationGraph byDefault =
          fitted(SmallGraphs.images(updater), EngineKind.AUTO, 1, 2, batches);

      assertSame(
          byDefault.getNetwork(),
          fitted(SmallGraphs.images(updater), EngineKind.DL4J, 1, 2, batches).getNetwork());
      assertThatThrownBy(
              () -> fitted(SmallGraphs.images(updater), EngineKind.ONEDNN, 1, 2, batches))
          .isInstanceOf(EngineProblem.class)
          .hasMessageContaining("mask arrays");
    }
  }

  @Tag("slow")
  @Test
  void theEngineTrainsOnGroupsOfSingleExamples() {
    List<DataSet> singles =
        SmallGraphs.imageBatches(7).stream().flatMap(batch -> batch.asList().stream()).toList();
    SparkComputationGraph graph =
        graph(
            SmallGraphs.images(momentum(0.5)),
            builder(2, 1).batchSizePerWorker(3).engine(EngineKind.ONEDNN).build());

    graph.fit(spark.parallelize(singles, 5));

    SparkComputationGraph byDl4j =
        graph(
            SmallGraphs.images(momentum(0.5)),
            builder(2, 1).batchSizePerWorker(3).engine(EngineKind.DL4J).build());
    byDl4j.fit(spark.parallelize(singles, 2));
    assertClose(graph.getNetwork(), byDl4j.getNetwork(), "groups of three");
  }

  @Test
  void hooksAreCalledAroundTheEnginesSteps() {
    LongAccumulator trained = new LongAccumulator();
    spark.sc().register(trained);
    AveragingTrainingMaster master = builder(2, 2).engine(EngineKind.ONEDNN).build();
    master.addHook(new CountingHook(trained));

    graph(SmallGraphs.images(momentum(0)), master)
        .fit(spark.parallelize(SmallGraphs.imageBatches(4, 3, 5)));

    assertThat(trained.value()).isEqualTo(12);
  }

  @Tag("slow")
  @Test
  void workersDropOtherUnitsAndTheSameCallDropsTheSame() {
    List<DataSet> one = SmallGraphs.imageBatches(4);
    List<DataSet> twice = List.of(one.get(0), one.get(0));

    ComputationGraph alone = dropping(1, one);
    ComputationGraph both = dropping(2, twice);

    assertSame(dropping(2, twice), both);
    assertThat(NetworkState.parameters(both)).isNotEqualTo(NetworkState.parameters(alone));
  }

  @Test
  void aNetworkIsKeptBetweenRoundsAndFreedAtTheEnd() {
    List<Integer> idle = new ArrayList<>();
    SparkComputationGraph graph = graph(SmallGraphs.images(momentum(0)), builder(1, 1).build());
    graph.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            idle.add(WorkerNetwork.idle());
          }
        });

    graph.fit(spark.parallelize(SmallGraphs.imageBatches(4, 3, 5)));

    assertThat(idle).containsExactly(1, 1, 1);
    assertThat(WorkerNetwork.idle()).isZero();
  }

  private ComputationGraph dropping(int workers, List<DataSet> batches) {
    return fitted(
            SmallGraphs.imagesWithDropout(momentum(0)), EngineKind.ONEDNN, workers, 1, batches)
        .getNetwork();
  }

  private SparkComputationGraph fitted(
      ComputationGraph network,
      EngineKind engine,
      int workers,
      int localSteps,
      List<DataSet> batches) {
    SparkComputationGraph graph =
        graph(network, builder(workers, localSteps).engine(engine).build());
    graph.fit(spark.parallelize(batches));
    return graph;
  }

  private static void assertClose(
      ComputationGraph actual, ComputationGraph expected, String description) {
    assertThat(NetworkState.parameters(actual))
        .as(description)
        .containsExactly(NetworkState.parameters(expected), FP32);
    assertThat(NetworkState.updaterState(actual))
        .as(description)
        .containsExactly(NetworkState.updaterState(expected), within(2e-4f));
  }

  /** Sequences of four steps. */
  private static List<DataSet> sequences(int number) {
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      Nd4j.getRandom().setSeed(i);
      DataSet batch =
          new DataSet(
              Nd4j.rand(DataType.FLOAT, 2, 2, 4),
              Nd4j.create(DataType.FLOAT, 2, SmallGraphs.CLASSES, 4));
      for (int example = 0; example < 2; example++) {
        for (int step = 0; step < 4; step++) {
          batch
              .getLabels()
              .putScalar(new int[] {example, (i + step) % SmallGraphs.CLASSES, step}, 1);
        }
      }
      batches.add(batch);
    }
    return batches;
  }
}
