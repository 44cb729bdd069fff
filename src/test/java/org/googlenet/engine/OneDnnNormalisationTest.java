package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.model.Batch;
import org.googlenet.model.WeightedLoss;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Local response normalisation against DL4J's forward pass, and its gradient against the slope of
 * DL4J's score: DL4J's own gradient divides by the neighbours' scale after summing, not before.
 */
class OneDnnNormalisationTest {

  private static final int EXAMPLES = 2;
  private static final long[] IMAGE = {3, 6, 5};

  @BeforeAll
  static void oneThread() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(doubles = {3, 4, 5})
  void lossProbabilitiesAndGradientAreThoseOfDl4jsFunction(double size) {
    Batch batch = batch();
    ComputationGraph network = new ComputationGraph(configuration(size, DataType.FLOAT));
    network.init();
    ComputationGraph exact = new ComputationGraph(configuration(size, DataType.DOUBLE));
    exact.init();
    exact.setParams(network.params().castTo(DataType.DOUBLE));
    INDArray images = images(batch);
    exact.setInputs(images);
    exact.setLabels(labels(batch));

    try (OneDnnEngine engine =
        OneDnnEngine.of(network).image(IMAGE[0], IMAGE[1], IMAGE[2]).batch(EXAMPLES).open()) {
      double[] losses = engine.gradient(batch, 0);

      assertThat(losses[0]).isCloseTo(score(exact), within(1e-6));
      float[] gradient = network.getGradientsViewArray().data().asFloat();
      for (int i = 0; i < gradient.length; i++) {
        assertThat(gradient[i] / EXAMPLES)
            .as("gradient of parameter %d", i)
            .isCloseTo((float) slope(exact, i), within(1e-5f));
      }
      assertThat(engine.probabilities(batch)[0])
          .containsExactly(exact.output(images)[0].dup('c').data().asFloat(), within(1e-6f));
    }
  }

  private static double slope(ComputationGraph network, int parameter) {
    double step = 1e-5;
    double value = network.params().getDouble(parameter);
    network.params().putScalar(parameter, value + step);
    double above = score(network);
    network.params().putScalar(parameter, value - step);
    double below = score(network);
    network.params().putScalar(parameter, value);
    return (above - below) / (2 * step);
  }

  private static double score(ComputationGraph network) {
    network.computeGradientAndScore();
    return network.score();
  }

  private static ComputationGraphConfiguration configuration(double size, DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(type)
        .updater(new Sgd(0.1))
        .biasInit(0.1)
        .graphBuilder()
        .addInputs("input")
        .setInputTypes(InputType.convolutional(IMAGE[1], IMAGE[2], IMAGE[0]))
        .addLayer(
            "conv",
            new ConvolutionLayer.Builder(2, 2).nOut(7).activation(Activation.IDENTITY).build(),
            "input")
        .addLayer(
            "lrn",
            new LocalResponseNormalization.Builder().k(1.5).n(size).alpha(0.7).beta(0.75).build(),
            "conv")
        .addLayer(
            "main",
            new OutputLayer.Builder(new WeightedLoss(1))
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build(),
            "lrn")
        .setOutputs("main")
        .build();
  }

  private static Batch batch() {
    Random random = new Random(5);
    float[] pixels = new float[EXAMPLES * (int) (IMAGE[0] * IMAGE[1] * IMAGE[2])];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    int[] labels = IntStream.range(0, EXAMPLES).toArray();
    return new Batch(pixels, labels, List.of("zero", "one"));
  }

  private static INDArray images(Batch batch) {
    long[] shape = {EXAMPLES, IMAGE[0], IMAGE[1], IMAGE[2]};
    return Nd4j.create(batch.pixels(), shape, 'c').castTo(DataType.DOUBLE);
  }

  private static INDArray[] labels(Batch batch) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, EXAMPLES, 3);
    for (int i = 0; i < EXAMPLES; i++) {
      labels.putScalar(i, batch.labels()[i], 1);
    }
    return new INDArray[] {labels};
  }
}
