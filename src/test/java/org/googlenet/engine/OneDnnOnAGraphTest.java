package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.model.Batch;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.ModelZip;
import org.googlenet.model.MomentumSgd;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Engine onednn on somebody's own network: updaters, regularisation, listeners and serialisers are
 * DL4J's and do what they do in {@code ComputationGraph.fit}.
 */
class OneDnnOnAGraphTest {

  private static final int STEPS = 5;
  private static final int EXAMPLES = 6;
  private static final long DROPOUT_SEED = 3;

  @BeforeAll
  static void oneThread() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  static Stream<Arguments> trainings() {
    MomentumSgd falling =
        new MomentumSgd(0.9, new LearningRateSchedule.Polynomial(0.05, 1, STEPS, 2), 0);
    return Stream.of(
        training(
            "Sgd by a schedule",
            b -> b.updater(new Sgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.5)))),
        training("Nesterovs", b -> b.updater(new Nesterovs(0.02, 0.9))),
        training("Adam", b -> b.updater(new Adam(1e-3))),
        training("AMSGrad", b -> b.updater(new AMSGrad(1e-3))),
        training("AdaGrad", b -> b.updater(new AdaGrad(1e-2))),
        training("RmsProp", b -> b.updater(new RmsProp(1e-3))),
        training("MomentumSgd", b -> b.updater(falling)),
        training("another rate for biases", b -> b.updater(new Sgd(0.1)).biasUpdater(new Sgd(0.2))),
        training("L1 and L2", b -> b.updater(falling).l1(1e-3).l2(1e-2).l2Bias(1e-2)),
        training("weight decay", b -> b.updater(new Nesterovs(0.02, 0.9)).weightDecay(0.1)),
        training("no division by the batch", b -> b.updater(new Sgd(0.01)).miniBatch(false)),
        training(
            "gradient normalisation",
            b ->
                b.updater(new Sgd(0.1))
                    .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                    .gradientNormalizationThreshold(0.1)));
  }

  private static Arguments training(
      String name, UnaryOperator<NeuralNetConfiguration.Builder> settings) {
    return arguments(name, settings);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("trainings")
  void anyUpdaterTrainsAsInDl4j(
      String name, UnaryOperator<NeuralNetConfiguration.Builder> training) {
    RandomGraph drawn = RandomGraph.of(9, training);
    ComputationGraph expected = drawn.networkThatDrops(DROPOUT_SEED);
    ComputationGraph actual = drawn.network();
    actual.setParams(expected.params());
    INDArray start = expected.params().dup();
    try (OneDnnEngine engine = engine(drawn, actual)) {
      for (int step = 0; step < STEPS; step++) {
        // The last batch is a partial one.
        Batch batch = drawn.batch(step == STEPS - 1 ? EXAMPLES - 2 : EXAMPLES, step);
        fit(expected, drawn, batch);
        engine.step(batch, step, DROPOUT_SEED);
      }
    }
    INDArray update = expected.params().sub(start);
    INDArray difference = actual.params().sub(expected.params());
    assertThat(norm(update)).isPositive();
    assertThat(norm(difference) / norm(update)).isLessThan(1e-3);
    assertThat(actual.getIterationCount()).isEqualTo(expected.getIterationCount());
  }

  @Test
  void listenersHearWhatTheyHearInDl4j() {
    RandomGraph drawn = RandomGraph.of(5, b -> b.updater(new Nesterovs(0.02, 0.9)).l2(1e-2));
    ComputationGraph expected = drawn.networkThatDrops(DROPOUT_SEED);
    ComputationGraph actual = drawn.network();
    actual.setParams(expected.params());
    Hearing inDl4j = new Hearing();
    Hearing here = new Hearing();
    expected.addListeners(inDl4j);
    actual.addListeners(here);
    try (OneDnnEngine engine = engine(drawn, actual)) {
      for (int step = 0; step < STEPS; step++) {
        Batch batch = drawn.batch(EXAMPLES - step, step);
        fit(expected, drawn, batch);
        engine.step(batch, step, DROPOUT_SEED);
      }
    }
    assertThat(here.events).isEqualTo(inDl4j.events).hasSize(2 * STEPS);
    assertThat(actual.gradient().gradientForVariable().keySet())
        .isEqualTo(expected.gradient().gradientForVariable().keySet());
    assertThat(doubles(here.scores)).containsExactly(doubles(inDl4j.scores), within(1e-4));
    assertThat(doubles(here.gradients)).containsExactly(doubles(inDl4j.gradients), within(1e-2));
  }

  @Test
  void whatIsSavedAfterStepsIsTheTrainedNetwork(@TempDir Path folder) throws IOException {
    RandomGraph drawn = RandomGraph.of(7, b -> b.updater(new Nesterovs(0.02, 0.9)));
    ComputationGraph network = drawn.network();
    INDArray start = network.params().dup();
    Batch batch = drawn.batch(EXAMPLES, 1);
    try (OneDnnEngine engine = engine(drawn, network)) {
      for (int step = 0; step < STEPS; step++) {
        engine.step(batch, step, step);
      }
      float[][] probabilities = engine.probabilities(batch);
      File file = folder.resolve("model.zip").toFile();
      ModelSerializer.writeModel(network, file, true);

      ComputationGraph restored = ModelSerializer.restoreComputationGraph(file, true);

      assertThat(restored.params()).isEqualTo(network.params()).isNotEqualTo(start);
      assertThat(restored.getUpdater().getStateViewArray())
          .isEqualTo(network.getUpdater().getStateViewArray());
      assertThat(restored.getIterationCount()).isEqualTo(STEPS);
      assertThat(restored.output(drawn.images(batch))[0].dup('c').data().asFloat())
          .containsExactly(probabilities[0], within(1e-4f));
    }
  }

  @Test
  void theEnginesVectorsMakeTheModelZipOfTheTrainedNetwork() throws IOException {
    RandomGraph drawn =
        RandomGraph.of(
            7, b -> b.updater(new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 0)));
    ComputationGraph network = drawn.network();
    Batch batch = drawn.batch(EXAMPLES, 1);
    try (OneDnnEngine engine = engine(drawn, network)) {
      engine.step(batch, 0, 0);
      ByteArrayOutputStream zip = new ByteArrayOutputStream();
      ModelZip.write(
          zip,
          drawn.configuration().toJson(),
          EngineContract.parameters(engine),
          EngineContract.momentum(engine));

      ModelZip read = ModelZip.read(new ByteArrayInputStream(zip.toByteArray()), "model.zip");

      assertThat(read.parameters()).isEqualTo(network.params().data().asFloat());
      assertThat(read.network().output(drawn.images(batch))[0].dup('c').data().asFloat())
          .containsExactly(engine.probabilities(batch)[0], within(1e-4f));
    }
  }

  /** Two engines in turn see one another's steps, as their parameters are the network's own. */
  @Test
  void dl4jAndTheEngineMayTrainOneNetworkInTurn() {
    RandomGraph drawn = RandomGraph.of(7);
    ComputationGraph network = drawn.network();
    Batch batch = drawn.batch(EXAMPLES, 1);
    try (OneDnnEngine engine = engine(drawn, network)) {
      float[] before = engine.probabilities(batch)[0];
      fit(network, drawn, batch);
      float[] between = engine.probabilities(batch)[0];
      assertThat(between)
          .isNotEqualTo(before)
          .containsExactly(
              network.output(drawn.images(batch))[0].dup('c').data().asFloat(), within(1e-4f));
      engine.step(batch, 1, 0);
      assertThat(network.output(drawn.images(batch))[0].dup('c').data().asFloat())
          .containsExactly(engine.probabilities(batch)[0], within(1e-4f))
          .isNotEqualTo(between);
    }
  }

  private static OneDnnEngine engine(RandomGraph drawn, ComputationGraph network) {
    return drawn.engine(network).batch(EXAMPLES).open();
  }

  private static void fit(ComputationGraph network, RandomGraph drawn, Batch batch) {
    network.fit(new INDArray[] {drawn.images(batch)}, drawn.labels(batch));
  }

  /** Keeps what a listener such as DL4J's ScoreIterationListener asks for. */
  private static final class Hearing extends BaseTrainingListener {

    private final List<String> events = new ArrayList<>();
    private final List<Double> scores = new ArrayList<>();
    private final List<Double> gradients = new ArrayList<>();

    @Override
    public void onGradientCalculation(Model model) {
      ComputationGraph graph = (ComputationGraph) model;
      events.add(
          String.format(
              Locale.ROOT,
              "gradient of %d examples at %d",
              model.batchSize(),
              graph.getIterationCount()));
      gradients.add(norm(model.getGradientsViewArray()));
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      ComputationGraph graph = (ComputationGraph) model;
      events.add(
          String.format(
              Locale.ROOT,
              "done %d of epoch %d at %d",
              iteration,
              epoch,
              graph.getIterationCount()));
      scores.add(model.score());
    }
  }

  private static double norm(INDArray array) {
    return array.norm2Number().doubleValue();
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
