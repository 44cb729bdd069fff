package org.googlenet.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.optimize.listeners.PerformanceListener;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** DL4J's listeners hear of iterations and epochs as under {@code fit}. */
@Timeout(300)
class AveragingTrainingMasterListenersTest extends AveragingFixture {

  @Test
  void withOneWorkerAListenerHearsTheIterationsScoresAndExamplesOfFit() {
    List<DataSet> batches = SmallGraphs.batches(4, 3, 5, 2, 6, 1, 4);
    Heard fit = new Heard();
    ComputationGraph network = SmallGraphs.dense(momentum(0));
    network.setListeners(fit);
    fit(network, batches, 0, 0);

    Heard master = new Heard();
    train(1, 3, batches, master);

    assertThat(master.iterations).isEqualTo(fit.iterations).hasSize(7);
    assertThat(master.iterations.get(3)).startsWith("3/0 of 2: ");
  }

  @Test
  void anEpochStartsAndEndsWithEachCallAndTheScoreIsThatOfAllWorkers() {
    List<DataSet> batches = SmallGraphs.batches(2, 9);
    ComputationGraph first = fit(SmallGraphs.dense(momentum(0)), batches.subList(0, 1), 0, 0);
    ComputationGraph second = fit(SmallGraphs.dense(momentum(0)), batches.subList(1, 2), 0, 1);
    List<String> heard = new ArrayList<>();
    SparkComputationGraph graph = graph(SmallGraphs.dense(momentum(0)), master(2, 1));
    graph.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onEpochStart(Model model) {
            heard.add("epoch " + ((ComputationGraph) model).getEpochCount() + " starts");
          }

          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            assertThat(model).isSameAs(graph.getNetwork());
            assertThat(((ComputationGraph) model).batchSize()).isEqualTo(11);
            if (iteration == 0) {
              assertThat(model.score())
                  .isCloseTo((2 * first.score() + 9 * second.score()) / 11, within(1e-9));
            }
            heard.add(iteration + "/" + epoch);
          }

          @Override
          public void onEpochEnd(Model model) {
            heard.add("epoch " + ((ComputationGraph) model).getEpochCount() + " ends");
          }
        });

    graph.fit(spark.parallelize(batches));
    graph.fit(spark.parallelize(batches));

    assertThat(heard)
        .containsExactly(
            "epoch 0 starts", "0/0", "epoch 0 ends", "epoch 1 starts", "1/1", "epoch 1 ends");
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"8, 4", "5, 7", "13, 2"})
  void whatFiresEveryNthIterationFiresWhateverTheLocalSteps(
      int every, int checkpoints, @TempDir Path folder) throws Exception {
    CheckpointListener listener =
        new CheckpointListener.Builder(folder.toFile())
            .keepAll()
            .saveEveryNIterations(every)
            .build();
    int[] sizes = new int[2 * 38]; // the last of five rounds is shorter
    Arrays.fill(sizes, 1);

    train(2, 8, SmallGraphs.batches(sizes), listener);

    assertThat(CheckpointListener.availableCheckpoints(folder.toFile())).hasSize(checkpoints);
  }

  @Test
  void listenersOfDl4jThatLookAtTheInputDoNotEndFit() {
    ComputationGraph trained =
        train(
            2,
            2,
            SmallGraphs.batches(4, 3, 5, 2, 6),
            new PerformanceListener(1),
            new ScoreIterationListener(1));

    assertThat(trained.getIterationCount()).isEqualTo(3);
  }

  @Test
  void theGradientIsWhatTheRoundSubtractedAsAfterAnIterationOfFit() {
    List<DataSet> batches = SmallGraphs.batches(4, 3);
    Gradients fit = new Gradients();
    ComputationGraph network = SmallGraphs.convolutional(momentum(0));
    network.setListeners(fit);
    fit(network, SmallGraphs.batches(4, 3), 0, 0);

    Gradients master = new Gradients();
    SparkComputationGraph graph = graph(SmallGraphs.convolutional(momentum(0)), master(1, 1));
    graph.setListeners(master);
    graph.fit(spark.parallelize(batches));

    assertThat(master.last.keySet()).containsExactlyInAnyOrderElementsOf(fit.last.keySet());
    assertThat(master.last).containsKeys("conv_W", "output_b");
    fit.last.forEach(
        (name, gradient) ->
            assertThat(master.last.get(name).equalsWithEps(gradient, 1e-6)).as(name).isTrue());
  }

  private ComputationGraph train(
      int workers, int localSteps, List<DataSet> batches, TrainingListener... listeners) {
    SparkComputationGraph graph =
        graph(SmallGraphs.dense(momentum(0)), master(workers, localSteps));
    graph.setListeners(listeners);
    return graph.fit(spark.parallelize(batches));
  }

  private static final class Heard extends BaseTrainingListener {

    private final List<String> iterations = new ArrayList<>();

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      iterations.add(
          String.format(
              Locale.ROOT,
              "%d/%d of %d: %.9f",
              iteration,
              epoch,
              ((ComputationGraph) model).batchSize(),
              model.score()));
    }
  }

  /** What DL4J's StatsListener takes for the last update, by parameter. */
  private static final class Gradients extends BaseTrainingListener {

    private final Map<String, INDArray> last = new LinkedHashMap<>();

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      model.gradient().gradientForVariable().forEach((name, view) -> last.put(name, view.dup()));
    }
  }
}
