package org.googlenet.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.core.loader.impl.SerializedDataSetLoader;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.googlenet.engine.EngineKind;
import org.googlenet.spark.JobFailure;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** How elements become the mini-batches of local steps, and which are refused. */
@Timeout(300)
class AveragingTrainingMasterElementsTest extends AveragingFixture {

  @Tag("slow")
  @Test
  void singleExamplesArePutTogetherIntoMiniBatches() {
    List<DataSet> batches = SmallGraphs.batches(4, 4, 4, 4, 4, 4);

    ComputationGraph trained = trainBy(4, singles(batches));

    assertSame(trained, train(SmallGraphs.dense(momentum(0)), batches, 1, 2));
    assertThat(trained.getIterationCount()).isEqualTo(6);
  }

  @Test
  void singleExamplesInFilesArePutTogetherToo(@TempDir Path folder) {
    List<DataSet> batches = SmallGraphs.batches(3, 3);
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), grouping(1, 3));

    graph.fitPaths(
        spark.parallelize(save(singles(batches), folder)), new SerializedDataSetLoader());

    assertSame(graph.getNetwork(), train(SmallGraphs.dense(momentum(0)), batches, 1, 2));
  }

  @Test
  void largeElementsAreDividedAndTheLastMiniBatchIsSmaller() {
    List<DataSet> elements = SmallGraphs.batches(6, 6);
    List<DataSet> divided = new ArrayList<>();
    for (DataSet element : elements) { // each is a round: 10 examples of a round are less than two
      divided.add(DataSet.merge(element.asList().subList(0, 5)));
      divided.add(DataSet.merge(element.asList().subList(5, 6)));
    }

    ComputationGraph trained = trainBy(5, elements);

    assertSame(trained, fit(SmallGraphs.dense(momentum(0)), divided, 0, 0));
    assertThat(trained.getIterationCount()).isEqualTo(4);
  }

  @Tag("slow")
  @Test
  void everyWorkerMakesTheLocalStepsOfARound() {
    List<DataSet> batches = SmallGraphs.batches(3, 3, 3, 3, 3, 3, 3, 3);
    SparkComputationGraph grouped = graph(SmallGraphs.dense(momentum(0)), grouping(2, 3));

    grouped.fit(spark.parallelize(singles(batches), 5));

    assertSame(grouped.getNetwork(), train(SmallGraphs.dense(momentum(0)), batches, 2, 2));
  }

  @Test
  void anElementThatIsNullIsNamed() {
    List<DataSet> batches = new ArrayList<>(SmallGraphs.batches(4, 3));
    batches.add(null);
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));
    List<MultiDataSet> several = Arrays.asList(null, batches.get(0).toMultiDataSet());

    String message =
        "a worker failed: java.lang.IllegalArgumentException: partition %d of the RDD has an element that is null; leave such elements out, as by rdd.filter(Objects::nonNull)";
    assertThatThrownBy(() -> graph.fit(spark.parallelize(batches, 3)))
        .isInstanceOf(JobFailure.class)
        .hasMessage(message.formatted(2));
    assertThatThrownBy(() -> graph.fitMultiDataSet(spark.parallelize(several, 2)))
        .isInstanceOf(JobFailure.class)
        .hasMessage(message.formatted(0));
    assertThatThrownBy(() -> graph.fitPaths(spark.parallelize(Arrays.asList("a", null), 2)))
        .isInstanceOf(JobFailure.class)
        .hasMessage(message.formatted(1));
  }

  @Test
  void anElementWithoutExamplesIsNamed() {
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));
    DataSet none =
        new DataSet(
            Nd4j.create(DataType.FLOAT, 0, SmallGraphs.INPUTS),
            Nd4j.create(DataType.FLOAT, 0, SmallGraphs.CLASSES));

    for (DataSet element : List.of(none, new DataSet())) {
      assertThatThrownBy(() -> graph.fit(spark.parallelize(List.of(element), 1)))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("partition 0 of the RDD has an element without examples");
    }
  }

  @Test
  void anRddWithoutElementsIsRefused() {
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));

    assertThatThrownBy(() -> graph.fit(spark.emptyRDD()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the RDD has no elements: there is nothing to train on");
    assertThat(graph.getNetwork().getEpochCount()).isZero();
  }

  private static AveragingTrainingMaster grouping(int workers, int batch) {
    return builder(workers, 2).batchSizePerWorker(batch).engine(EngineKind.DL4J).build();
  }

  private ComputationGraph trainBy(int batch, List<DataSet> elements) {
    return graph(SmallGraphs.dense(momentum(0)), grouping(1, batch))
        .fit(spark.parallelize(elements));
  }

  private static List<DataSet> singles(List<DataSet> batches) {
    return batches.stream().flatMap(batch -> batch.asList().stream()).toList();
  }
}
