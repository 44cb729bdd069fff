package org.googlenet.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.core.loader.impl.SerializedDataSetLoader;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.googlenet.spark.JobFailure;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

/** How the data lies does not matter to the bits, and it is kept no longer than the call. */
@Timeout(300)
class AveragingTrainingMasterDataTest extends AveragingFixture {

  @Tag("slow")
  @Test
  void howTheDataIsPartitionedDoesNotMatter() {
    List<DataSet> batches = SmallGraphs.batches(4, 3, 5, 2, 6, 1, 4);
    SparkComputationGraph one = graph(SmallGraphs.dense(momentum(0)), master(2, 2));
    SparkComputationGraph five = graph(SmallGraphs.dense(momentum(0)), master(2, 2));

    one.fit(spark.parallelize(batches, 1));
    five.fit(spark.parallelize(batches, 5));

    assertSame(five.getNetwork(), one.getNetwork());
  }

  @Tag("slow")
  @Test
  void multiDataSetsTrainAsDataSetsDo() {
    List<DataSet> batches = SmallGraphs.batches(4, 3, 5);
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));

    graph.fitMultiDataSet(
        spark.parallelize(batches.stream().map(DataSet::toMultiDataSet).toList()));

    assertSame(graph.getNetwork(), train(SmallGraphs.dense(momentum(0)), batches, 2, 1));
  }

  @Tag("slow")
  @Test
  void filesTrainAsTheirDataSetsDo(@TempDir Path folder) {
    List<DataSet> batches = SmallGraphs.batches(4, 3, 5);
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));

    graph.fitPaths(spark.parallelize(save(batches, folder)), new SerializedDataSetLoader());

    assertSame(graph.getNetwork(), train(SmallGraphs.dense(momentum(0)), batches, 2, 1));
  }

  @Test
  void anElementThatCannotBeMadeEndsTheTrainingWithItsCause() {
    JavaRDD<DataSet> broken =
        spark
            .parallelize(SmallGraphs.batches(4, 3))
            .map(
                batch -> {
                  if (batch.numExamples() == 3) {
                    throw new IllegalStateException("the element of 3 is broken");
                  }
                  return batch;
                });
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));
    Set<Integer> before = Set.copyOf(spark.getPersistentRDDs().keySet());

    assertThatThrownBy(() -> graph.fit(broken))
        .isInstanceOf(JobFailure.class)
        .hasMessage("a worker failed: java.lang.IllegalStateException: the element of 3 is broken")
        .hasRootCauseMessage("the element of 3 is broken");
    assertThat(persistedSince(before)).isZero();
  }

  @Test
  void theElementsAreKeptDuringTheCallAndForgottenAfterIt() {
    Set<Integer> before = Set.copyOf(spark.getPersistentRDDs().keySet());
    List<Integer> during = new ArrayList<>();
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));
    graph.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            during.add(persistedSince(before));
          }
        });

    graph.fit(spark.parallelize(SmallGraphs.batches(4, 3, 5)));

    assertThat(during).containsExactly(1, 1);
    assertThat(persistedSince(before)).isZero();
  }

  private int persistedSince(Set<Integer> before) {
    Set<Integer> rdds = new HashSet<>(spark.getPersistentRDDs().keySet());
    rdds.removeAll(before);
    return rdds.size();
  }
}
