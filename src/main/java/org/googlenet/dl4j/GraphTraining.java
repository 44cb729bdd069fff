package org.googlenet.dl4j;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.googlenet.averaging.Average;
import org.googlenet.averaging.Averager;
import org.googlenet.averaging.OuterOptimizer;
import org.googlenet.averaging.TrainingState;
import org.googlenet.recipe.Recipe.Compression;

/**
 * The rounds of {@link AveragingTrainingMaster} over the elements of an RDD.
 *
 * @param graph whose network is trained
 * @param workers per round
 * @param localSteps elements per worker in a full round
 * @param listeners called after each round
 */
record GraphTraining(
    SparkComputationGraph graph, int workers, int localSteps, List<TrainingListener> listeners) {

  /** Trains on each element once. */
  <T> void run(JavaRDD<T> elements, GraphWorker<T> worker) {
    TrainingState state = NetworkState.of(graph.getNetwork());
    try (RoundData<T> data = new RoundData<>(elements, workers, localSteps);
        Averager averager = new Averager(graph.getSparkContext(), Compression.NONE)) {
      for (int round = 0; round < data.rounds(); round++) {
        JavaRDD<T> ofRound = data.round(round);
        Average average =
            averager.average(
                state,
                workers,
                start ->
                    ofRound.mapPartitionsWithIndex(
                        (number, share) ->
                            List.of(worker.train(number, share, start.state())).iterator(),
                        false));
        state = state.after(average, average.metrics().steps(), OuterOptimizer.AVERAGE, 1);
        publish(state, average.metrics().losses()[0]);
      }
    }
  }

  /**
   * Sets the state in the driver's network. DL4J numbers iterations from 0, so the last iteration
   * of the round is one less than the steps done.
   */
  private void publish(TrainingState state, double score) {
    ComputationGraph network = graph.getNetwork();
    NetworkState.write(state, network);
    network.setScore(score);
    graph.setScore(score);
    for (TrainingListener listener : listeners) {
      listener.iterationDone(network, state.step() - 1, network.getEpochCount());
    }
  }
}
