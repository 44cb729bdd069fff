package org.googlenet.dl4j;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.TrainingHook;
import org.googlenet.averaging.RoundMetrics;
import org.googlenet.averaging.TrainingState;
import org.googlenet.averaging.WorkerResult;
import org.googlenet.common.Pool;
import org.googlenet.common.SplitMix;
import org.googlenet.engine.NativeThreads;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A worker's part of a round of {@link AveragingTrainingMaster}: makes local steps of any DL4J
 * network on its share of the elements.
 *
 * @param spec of the network
 * @param epoch the network's epoch count
 * @param batch examples of a local step, or {@link MasterSettings#AUTO}: those of one element
 * @param seed of the dropout
 * @param hooks called around each local step
 */
record GraphWorker(
    WorkerNetwork.Spec spec, int epoch, int batch, long seed, List<TrainingHook> hooks)
    implements Serializable {

  /** The same with another engine. */
  GraphWorker by(EngineDecision engine) {
    return new GraphWorker(spec.with(engine), epoch, batch, seed, hooks);
  }

  /**
   * Trains from a state.
   *
   * @param worker its number, from 0
   * @param elements its share of the round
   */
  WorkerResult train(int worker, Iterator<MultiDataSet> elements, TrainingState state) {
    if (!elements.hasNext()) {
      return WorkerResult.nothing(worker);
    }
    try (Pool<WorkerNetwork.Spec, WorkerNetwork>.Loan loan = WorkerNetwork.borrow(spec)) {
      loan.value().begin(state, epoch, SplitMix.hash(seed, worker));
      WorkerResult result = train(loan.value(), worker, elements, state.step());
      loan.done();
      return result;
    } finally {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }

  private WorkerResult train(
      WorkerNetwork network, int worker, Iterator<MultiDataSet> elements, int firstStep) {
    ComputationGraph graph = network.graph();
    StepSums sums = StepSums.NONE;
    long examples = 0;
    Iterator<MultiDataSet> batches = MiniBatches.of(elements, batch);
    while (batches.hasNext()) {
      MultiDataSet next = batches.next();
      long size = MiniBatches.examples(next);
      Nd4j.getRandom().setSeed(SplitMix.hash(seed, graph.getIterationCount(), worker));
      hooks.forEach(hook -> hook.preUpdate(next, graph));
      network.step(next);
      hooks.forEach(hook -> hook.postUpdate(next, graph));
      sums = sums.plus(graph.score(), size);
      examples += size;
    }
    return new WorkerResult(
        worker,
        NetworkState.parameters(graph),
        NetworkState.updaterState(graph),
        RoundMetrics.of(
            examples,
            graph.getIterationCount() - firstStep,
            sums.values(),
            NativeThreads.instructions()));
  }
}
