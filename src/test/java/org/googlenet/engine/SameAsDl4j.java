package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.model.Batch;
import org.googlenet.model.FlatGradient;
import org.googlenet.model.WeightedLoss;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checks that engine onednn computes a small network's losses and gradients as DL4J does. */
final class SameAsDl4j {

  private static final long DROPOUT_SEED = 17;
  private static final double FP32 = 1e-4;

  /** The logarithm of a ratio near 1 has the rounding of the ratio. */
  private static final double SMALL = 1e-2;

  private SameAsDl4j() {}

  /**
   * Compares losses, the gradient of each parameter, and probabilities.
   *
   * @param largest batch of the engine, which pads a smaller one
   */
  static void check(RandomGraph drawn, Batch batch, int largest, Convolution convolution) {
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
          double norm =
              Math.max(gradient.norm2Number().doubleValue(), Math.max(largest / 1000, SMALL));
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
