package org.googlenet.dl4j;

import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.googlenet.averaging.Average;
import org.googlenet.averaging.Averager;
import org.googlenet.averaging.DivergedProblem;
import org.googlenet.averaging.OuterOptimizer;
import org.googlenet.averaging.TrainingState;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.JobFailure;
import org.googlenet.spark.JobText;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The rounds of {@link AveragingTrainingMaster} over the elements of an RDD.
 *
 * @param graph whose network is trained
 * @param settings of the master
 * @param listeners told of each iteration, after its round
 * @param log is told which engine makes the local steps
 */
record GraphTraining(
    SparkComputationGraph graph,
    MasterSettings settings,
    List<TrainingListener> listeners,
    Consumer<EngineDecision> log) {

  /**
   * Trains on each element once.
   *
   * @param read makes data of an element, on the workers
   * @param wanted trains in a task, by the engine that is wished for
   */
  <T> void run(JavaRDD<T> elements, Function<T, MultiDataSet> read, GraphWorker wanted) {
    NetworkState.keepOpen(graph.getNetwork());
    RoundListeners told = new RoundListeners(graph.getNetwork(), listeners);
    TrainingState state = NetworkState.of(graph.getNetwork());
    try (RoundData<T> data =
            new RoundData<>(elements, settings.workers(), made -> share(made, read));
        Averager averager = new Averager(graph.getSparkContext(), Compression.NONE)) {
      GraphWorker worker = wanted.by(decision(data.round(0).map(read), wanted));
      told.epochStarts();
      for (int round = 0; round < data.rounds(); round++) {
        JavaRDD<MultiDataSet> ofRound = data.round(round).map(read);
        Average average = average(averager, state, ofRound, worker);
        TrainingState next =
            state.after(average, average.metrics().steps(), OuterOptimizer.AVERAGE, 1);
        requireFinite(next);
        publish(state, next, new StepSums(average.metrics().lossSums()), told);
        state = next;
      }
      told.epochEnds();
    } finally {
      WorkerNetwork.closeIdle(graph.getSparkContext());
    }
  }

  private Average average(
      Averager averager, TrainingState state, JavaRDD<MultiDataSet> data, GraphWorker worker) {
    return JobText.during(
        graph.getSparkContext(),
        "round " + (state.round() + 1),
        () ->
            averager.average(
                state,
                settings.workers(),
                start ->
                    data.mapPartitionsWithIndex(
                        (number, share) ->
                            List.of(worker.train(number, share, start.state())).iterator(),
                        false)));
  }

  private EngineDecision decision(JavaRDD<MultiDataSet> round, GraphWorker wanted) {
    EngineDecision decision;
    try {
      decision = EngineDecision.of(round, wanted);
    } catch (Exception e) {
      throw JobFailure.of(e);
    }
    log.accept(decision);
    return decision;
  }

  /**
   * How many elements a worker has in a full round: as many as make its local steps, if each has as
   * many examples as the first.
   */
  private <T> int share(JavaRDD<T> elements, Function<T, MultiDataSet> read) {
    if (settings.batchSizePerWorker() == MasterSettings.AUTO) {
      return settings.localSteps();
    }
    long wanted = (long) settings.batchSizePerWorker() * settings.localSteps();
    long ofFirst = elements.map(element -> MiniBatches.examples(read.call(element))).first();
    return Math.toIntExact(Math.max(1, wanted / ofFirst));
  }

  /** Refuses an average that must not reach the network. */
  private static void requireFinite(TrainingState next) {
    if (!next.isFinite()) {
      throw new DivergedProblem(
          next.round(),
          "a parameter is no longer a number",
          "; lower the learning rate, or clip the gradient by the network's gradientNormalization or MomentumSgd.withClipNorm");
    }
  }

  /** Sets the state in the driver's network. */
  private void publish(
      TrainingState before, TrainingState after, StepSums sums, RoundListeners told) {
    ComputationGraph network = graph.getNetwork();
    NetworkState.write(after, network);
    told.roundDone(before, after, sums);
    network.setScore(sums.score());
    graph.setScore(sums.score());
  }
}
