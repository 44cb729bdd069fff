package org.googlenet.dl4j;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.googlenet.common.Pool;
import org.googlenet.engine.NativeThreads;
import org.googlenet.model.GlobalNormClipping;
import org.googlenet.spark.Blocks;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's own network, with what makes local steps of it.
 *
 * <p>A JVM keeps them between rounds, so that one is built for each task that runs at the same
 * time, not once per round.
 */
final class WorkerNetwork {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerNetwork.class);

  private static final Pool<Spec, WorkerNetwork> POOL =
      new Pool<>(WorkerNetwork::new, WorkerNetwork::close);

  private final ComputationGraph graph;
  private final List<TrainingListener> clipping;

  /**
   * What a network is made from.
   *
   * @param configuration JSON of its configuration
   * @param threads threads that a local step computes with
   */
  record Spec(String configuration, int threads) implements Serializable {}

  private WorkerNetwork(Spec spec) {
    this.graph =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(spec.configuration()));
    graph.init();
    this.clipping = GlobalNormClipping.of(graph).<List<TrainingListener>>map(List::of).orElse(List.of());
  }

  /** Lends one to the calling thread, and sets the thread's native libraries to its threads. */
  static Pool<Spec, WorkerNetwork>.Loan borrow(Spec spec) {
    NativeThreads.use(spec.threads());
    return POOL.borrow(spec);
  }

  /**
   * Frees the networks that are not in use, on all executors. One that cannot be reached keeps its
   * own until it trains another network.
   */
  static void closeIdle(JavaSparkContext spark) {
    if (spark.isLocal()) {
      POOL.closeIdle();
      return;
    }
    try {
      List<BlockManagerId> executors = Blocks.executors();
      Blocks.numbers(spark, executors.size(), number -> Optional.of(executors.get(number)))
          .foreach(number -> POOL.closeIdle());
    } catch (Exception e) { // also Spark's checked one, which its methods do not declare
      LOG.debug("an executor's networks cannot be freed", e);
    }
  }

  ComputationGraph graph() {
    return graph;
  }

  /** One local step, as {@code fit} makes it; the network's score then is that of the batch. */
  void step(MultiDataSet batch) {
    Collection<TrainingListener> others = new ArrayList<>(graph.getListeners());
    graph.addListeners(clipping.toArray(TrainingListener[]::new));
    graph.fit(batch);
    graph.setListeners(others);
  }

  /**
   * Frees the network as its own {@code close} does, but without that one's {@code System.gc()},
   * which would cost too much.
   */
  private void close() {
    close(graph.params());
    close(graph.getGradientsViewArray());
    close(graph.getUpdater(true).getStateViewArray());
  }

  private static void close(INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }
}
