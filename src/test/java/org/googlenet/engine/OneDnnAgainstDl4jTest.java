package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.model.Batch;
import org.googlenet.model.FlatGradient;
import org.googlenet.model.WeightedLoss;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Losses, gradients and probabilities of random small networks are those of DL4J's own engine. */
class OneDnnAgainstDl4jTest {

  private static final int GRAPHS = 40;
  private static final long DROPOUT_SEED = 17;

  /** Winograd's algorithm is for batches of some size only. */
  private static final int WINOGRAD_BATCH = 16;

  private static final double FP32 = 1e-4;

  static IntStream seeds() {
    return IntStream.range(0, GRAPHS);
  }

  @BeforeAll
  static void oneThread() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void directConvolutionsGiveDl4jsLossesGradientsAndProbabilities(int seed) {
    RandomGraph drawn = RandomGraph.of(seed);
    int examples = 1 + seed % 4;
    int spare = seed % 3;
    compare(drawn, drawn.batch(examples, seed), examples + spare, Convolution.DIRECT);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void winogradGivesDl4jsLossesGradientsAndProbabilities(int seed) {
    RandomGraph drawn = RandomGraph.of(seed);
    int examples = WINOGRAD_BATCH - seed % 3;
    compare(drawn, drawn.batch(examples, seed), WINOGRAD_BATCH, Convolution.AUTO);
  }

  @Test
  void theGraphsHaveWhatMattersAndSomeUseWinograd() {
    List<String> seen = new ArrayList<>();
    for (int seed = 0; seed < GRAPHS; seed++) {
      RandomGraph drawn = RandomGraph.of(seed);
      try (OneDnnEngine engine = drawn.engine(drawn.network()).batch(WINOGRAD_BATCH).open()) {
        engine.profile().stream()
            .map(timing -> timing.kind() + " " + timing.implementation())
            .forEach(seen::add);
      }
    }
    assertThat(seen)
        .extracting(kernel -> kernel.split(" ", 2)[0])
        .contains("convolution", "pool", "concatenation", "product", "dense", "sum");
    if (OneDnnLibrary.find().instructions().startsWith("avx512")) {
      assertThat(seen)
          .anyMatch(kernel -> kernel.startsWith("convolution jit_wino"))
          .anyMatch(kernel -> kernel.startsWith("convolution-back-data jit_wino"))
          .anyMatch(kernel -> kernel.startsWith("convolution-back-weights jit_wino"));
    }
  }

  private static void compare(
      RandomGraph drawn, Batch batch, int largest, Convolution convolution) {
    ComputationGraph expected = drawn.networkThatDrops(DROPOUT_SEED);
    ComputationGraph actual = drawn.network();
    actual.setParams(expected.params());
    INDArray images = drawn.images(batch);
    try (OneDnnEngine engine =
        drawn.engine(actual).batch(largest).convolution(convolution).open()) {
      double[] losses = engine.gradient(batch, DROPOUT_SEED);
      expected.setInputs(images);
      expected.setLabels(drawn.labels(batch));
      expected.computeGradientAndScore();

      assertThat(losses).containsExactly(losses(expected), within(FP32));
      assertSameGradients(actual, expected);

      float[][] probabilities = engine.probabilities(batch);
      INDArray[] ofDl4j = expected.output(false, images);
      for (int head = 0; head < ofDl4j.length; head++) {
        assertThat(probabilities[head])
            .as("probabilities of output %d", head)
            .containsExactly(ofDl4j[head].dup('c').data().asFloat(), within((float) FP32));
      }
    }
  }

  private static void assertSameGradients(ComputationGraph actual, ComputationGraph expected) {
    Map<String, INDArray> ofEngine = FlatGradient.views(actual);
    Map<String, INDArray> ofDl4j = FlatGradient.views(expected);
    double largest =
        ofDl4j.values().stream()
            .mapToDouble(g -> g.norm2Number().doubleValue())
            .max()
            .orElseThrow();
    ofDl4j.forEach(
        (tensor, gradient) -> {
          double difference = ofEngine.get(tensor).sub(gradient).norm2Number().doubleValue();
          // A tensor of tiny gradients is a difference of larger ones, which are rounded.
          double norm = Math.max(gradient.norm2Number().doubleValue(), largest / 1000);
          assertThat(difference / norm)
              .as("difference of the gradient of %s", tensor)
              .isLessThan(FP32);
        });
  }

  private static double[] losses(ComputationGraph graph) {
    return graph.getConfiguration().getNetworkOutputs().stream()
        .map(output -> (OutputLayer) graph.getLayer(output).conf().getLayer())
        .mapToDouble(layer -> ((WeightedLoss) layer.getLossFn()).lastMean())
        .toArray();
  }
}
