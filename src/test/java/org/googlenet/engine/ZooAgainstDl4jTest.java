package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;
import org.googlenet.zoo.NetworkSize;
import org.googlenet.zoo.ZooNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.opentest4j.MultipleFailuresError;

/**
 * Well-known networks, narrow and without dropout, train by the engine as by DL4J's own {@code
 * fit}: losses, gradients, momentum and running statistics are as near to those of DL4J in fp64 as
 * those of DL4J in fp32 are.
 *
 * <p>Nothing less than fp64 tells what is right. Networks of many normalised layers are chaotic at
 * first: at a learning rate that is usual elsewhere, DL4J in fp32 is a tenth off DL4J in fp64 after
 * three steps. The learning rates here are small enough for five. That of ResNet-50 is the
 * smallest: at ten times that, the losses of both DL4J in fp32 and the engine are 1e-4 to 3e-3 off,
 * which of them more being chance (eight batches).
 *
 * <p>Chance is left: a rounding moves a value over a ReLU's kink or another maximum into a pool.
 * MobileNet v1's momentum is off by 1e-2 rather than 1e-5 in 7 of 12 batches for DL4J in fp32, and
 * in 3 of them for the engine, not the same ones, and others on another processor. What is wrong is
 * wrong in each batch, so one of three has to pass.
 */
class ZooAgainstDl4jTest {

  private static final int EXAMPLES = 8;
  private static final int STEPS = 5;
  private static final int[] SEEDS = {7, 8, 9};
  private static final double WIDTH = 0.125;

  /** What is allowed beside DL4J's own rounding. */
  private static final double FP32 = 1e-4;

  /** How many times as far off as DL4J the engine may be. */
  private static final double FACTOR = 5;

  /** More would say nothing. */
  private static final double LARGEST_ROUNDING = 0.1;

  /** The smallest values of a tensor that are looked at by themselves, as a part of the largest. */
  private static final double SMALL = 1e-3;

  /** The side that leaves each network's last maps with more than one pixel. */
  private static final Map<ZooNetwork, Integer> SIDES =
      Map.of(ZooNetwork.ALEXNET, 63, ZooNetwork.DENSENET121, 64, ZooNetwork.INCEPTION_V3, 107);

  private static final Map<ZooNetwork, Double> LEARNING_RATES =
      Map.of(
          ZooNetwork.RESNET50, 1e-7,
          ZooNetwork.MOBILENET_V1, 1e-6,
          ZooNetwork.MOBILENET_V2, 1e-6,
          ZooNetwork.INCEPTION_V3, 1e-6,
          ZooNetwork.UNET, 1e-7,
          ZooNetwork.DENSENET121, 1e-5,
          ZooNetwork.XCEPTION, 1e-5,
          ZooNetwork.RESNET18, 1e-5);

  @BeforeAll
  static void oneThread() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"LENET", "SQUEEZENET", "RESNET18"})
  void threeTrainAsByDl4j(ZooNetwork network) {
    compare(network);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"LENET", "SQUEEZENET", "RESNET18"})
  @Tag("slow")
  void theOthersTrainAsByDl4j(ZooNetwork network) {
    compare(network);
  }

  /** As near on one of these batches, each of other random values. */
  private static void compare(ZooNetwork network) {
    List<AssertionError> failures = new ArrayList<>();
    for (int seed : SEEDS) {
      try {
        compare(network, seed);
        return;
      } catch (AssertionError e) {
        failures.add(e);
      }
    }
    throw new MultipleFailuresError("on each of the batches", failures);
  }

  private static void compare(ZooNetwork network, int seed) {
    NetworkSize size = NetworkSize.narrow(SIDES.getOrDefault(network, 48), WIDTH);
    ComputationGraphConfiguration configuration =
        network.configuration(size, new Nesterovs(LEARNING_RATES.getOrDefault(network, 1e-3), 0.9));
    List<Entry> entries = ParameterLayout.of(configuration).entries();
    DataSet examples = network.examples(size, EXAMPLES, seed);
    DataSet exactly =
        new DataSet(
            examples.getFeatures().castTo(DataType.DOUBLE),
            examples.getLabels().castTo(DataType.DOUBLE));
    Training expected = new Training(graph(configuration, DataType.FLOAT));
    Training actual = new Training(graph(configuration, DataType.FLOAT));
    Training exact = new Training(graph(configuration, DataType.DOUBLE));
    actual.graph.setParams(expected.graph.params());
    exact.graph.setParams(expected.graph.params().castTo(DataType.DOUBLE));

    try (OneDnnTrainer trainer = OneDnnTrainer.of(actual.graph).threads(1).open()) {
      for (int step = 0; step < STEPS; step++) {
        exact.step(() -> exact.graph.fit(exactly));
        expected.step(() -> expected.graph.fit(examples));
        actual.step(() -> trainer.fit(examples));
      }
    }
    assertAsNear("losses", training -> List.of(training.losses()), exact, expected, actual);
    assertAsNear(
        "a gradient", training -> parts(training.gradient, entries), exact, expected, actual);
    assertAsNear("momentum", training -> List.of(training.momentum()), exact, expected, actual);
    assertAsNear(
        "running statistics",
        training ->
            parts(training.graph.params(), entries.stream().filter(e -> !e.trained()).toList()),
        exact,
        expected,
        actual);
  }

  private static ComputationGraph graph(
      ComputationGraphConfiguration configuration, DataType type) {
    String json = configuration.toJson().replace("\"FLOAT\"", "\"" + type + "\"");
    ComputationGraph graph = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
    graph.init();
    return graph;
  }

  /** A network in training: its losses, and its first gradient as it was before the update. */
  private static final class Training extends BaseTrainingListener {

    private final ComputationGraph graph;
    private final List<Double> losses = new ArrayList<>();
    private INDArray gradient;

    Training(ComputationGraph graph) {
      this.graph = graph;
      graph.setListeners(this);
    }

    @Override
    public void onGradientCalculation(Model model) {
      gradient = model.getGradientsViewArray().dup();
    }

    /** The first step has a listener; the others do not, as the engine then updates by itself. */
    void step(Runnable fit) {
      fit.run();
      losses.add(graph.score());
      graph.setListeners();
    }

    INDArray losses() {
      return Nd4j.createFromArray(losses.toArray(Double[]::new));
    }

    INDArray momentum() {
      return graph.getUpdater().getUpdaterStateViewArray();
    }
  }

  private static List<INDArray> parts(INDArray vector, List<Entry> entries) {
    return entries.stream()
        .map(
            entry ->
                vector
                    .reshape(vector.length())
                    .get(NDArrayIndex.interval(entry.offset(), entry.offset() + entry.length())))
        .toList();
  }

  private static void assertAsNear(
      String what,
      Function<Training, List<INDArray>> values,
      Training exact,
      Training expected,
      Training actual) {
    double rounding = worst(values.apply(expected), values.apply(exact));
    assertThat(rounding).as("rounding of DL4J's %s", what).isLessThan(LARGEST_ROUNDING);
    assertThat(worst(values.apply(actual), values.apply(exact)))
        .as(
            "how far the engine is off DL4J in fp64 in its %s, where DL4J is off by %.1e",
            what, rounding)
        .isLessThan(FP32 + FACTOR * rounding);
  }

  /** The largest difference of a tensor, as a part of its norm. */
  private static double worst(List<INDArray> rounded, List<INDArray> exact) {
    double largest = exact.stream().mapToDouble(ZooAgainstDl4jTest::norm).max().orElse(0);
    double worst = 0;
    for (int i = 0; i < exact.size(); i++) {
      double difference = norm(rounded.get(i).castTo(DataType.DOUBLE).sub(exact.get(i)));
      worst = Math.max(worst, difference / Math.max(norm(exact.get(i)), SMALL * largest));
    }
    return worst;
  }

  private static double norm(INDArray values) {
    return values.norm2Number().doubleValue();
  }
}
