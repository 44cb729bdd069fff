package org.googlenet.dl4j;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.TrainingHook;
import org.googlenet.averaging.RoundMetrics;
import org.googlenet.averaging.TrainingState;
import org.googlenet.averaging.WorkerResult;
import org.googlenet.common.SplitMix;
import org.googlenet.engine.NativeThreads;
import org.googlenet.model.GlobalNormClipping;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A worker's part of a round of {@link AveragingTrainingMaster}: makes a local step of any DL4J
 * network for each element of its share.
 *
 * @param configuration JSON of the network's configuration
 * @param epoch the network's epoch count
 * @param threads threads that a step computes with
 * @param seed of the dropout
 * @param read makes a mini-batch of an element
 * @param hooks called around each local step
 */
record GraphWorker<T>(
    String configuration,
    int epoch,
    int threads,
    long seed,
    Function<T, MultiDataSet> read,
    List<TrainingHook> hooks)
    implements Serializable {

  /**
   * Trains from a state.
   *
   * @param worker its number, from 0
   * @param elements its share of the round
   */
  WorkerResult train(int worker, Iterator<T> elements, TrainingState state) throws Exception {
    if (!elements.hasNext()) {
      return WorkerResult.nothing(worker);
    }
    NativeThreads.use(threads);
    ComputationGraph network = network(state);
    try {
      return train(network, worker, elements, state.step());
    } finally {
      free(network);
    }
  }

  private ComputationGraph network(TrainingState state) {
    ComputationGraph network =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration));
    network.init();
    NetworkState.write(state, network);
    network.getConfiguration().setEpochCount(epoch);
    GlobalNormClipping.of(network).ifPresent(network::addListeners);
    return network;
  }

  private WorkerResult train(
      ComputationGraph network, int worker, Iterator<T> elements, int firstStep) throws Exception {
    double scoreSum = 0;
    long examples = 0;
    while (elements.hasNext()) {
      MultiDataSet batch = read.call(elements.next());
      long size = batch.getFeatures(0).size(0);
      Nd4j.getRandom().setSeed(SplitMix.hash(seed, network.getIterationCount(), worker));
      step(network, batch);
      scoreSum += network.score() * size;
      examples += size;
    }
    return new WorkerResult(
        worker,
        NetworkState.parameters(network),
        NetworkState.updaterState(network),
        RoundMetrics.of(
            examples,
            network.getIterationCount() - firstStep,
            new double[] {scoreSum},
            NativeThreads.instructions()));
  }

  private void step(ComputationGraph network, MultiDataSet batch) {
    hooks.forEach(hook -> hook.preUpdate(batch, network));
    network.fit(batch);
    hooks.forEach(hook -> hook.postUpdate(batch, network));
  }

  /**
   * Frees a network as {@code network.close()} does, but without its {@code System.gc()}, which
   * would cost too much in every round.
   */
  private static void free(ComputationGraph network) {
    close(network.params());
    close(network.getGradientsViewArray());
    close(network.getUpdater(true).getStateViewArray());
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
  }

  private static void close(INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }
}
