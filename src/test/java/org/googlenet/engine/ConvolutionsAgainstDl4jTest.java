package org.googlenet.engine;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.model.WeightedLoss;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;

/** Each kind of convolution and pool, in every way to lay its window, computes what DL4J's does. */
class ConvolutionsAgainstDl4jTest {

  private static final int EXAMPLES = 3;
  private static final int CLASSES = 3;
  private static final int CHANNELS = 6;
  private static final int HEIGHT = 9;
  private static final int WIDTH = 12;

  @BeforeAll
  static void oneThread() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  static Stream<Arguments> layers() {
    return Stream.of(
        layer("convolution without bias", convolution(3, 3).hasBias(false)),
        layer("1x1 convolution without bias", convolution(1, 1).hasBias(false)),
        layer("Same", same(convolution(3, 3))),
        layer("Same, even kernel", same(convolution(4, 2))),
        layer("Same, stride", same(convolution(3, 5)).stride(2, 3)),
        layer("Same, stride over kernel", same(convolution(1, 2)).stride(2, 2)),
        layer("Same, dilation", same(convolution(3, 2)).dilation(2, 3)),
        layer("Same, dilation and stride", same(convolution(2, 3)).dilation(3, 2).stride(2, 1)),
        layer("dilation", convolution(3, 2).dilation(2, 3)),
        layer(
            "dilation, stride and padding",
            convolution(3, 2).dilation(2, 3).stride(2, 1).padding(2, 1)),
        layer("asymmetric", convolution(1, 5).stride(2, 1).padding(0, 2)),
        layer("Strict", strict(convolution(3, 4)).stride(2, 2)));
  }

  static Stream<Arguments> pools() {
    return Stream.of(PoolingType.MAX, PoolingType.AVG)
        .flatMap(
            type ->
                Stream.of(
                    pool("Same", samePool(type, 3, 3)),
                    pool("Same, even kernel", samePool(type, 4, 2)),
                    pool("Same, stride", samePool(type, 3, 2).stride(2, 3)),
                    pool("Same, stride over kernel", samePool(type, 1, 2).stride(2, 2)),
                    pool(
                        "Same, padding in the divisor",
                        samePool(type, 4, 3).stride(2, 2).avgPoolIncludePadInDivisor(true)),
                    pool(
                        "padding in the divisor",
                        windowed(type, 3, 4)
                            .stride(2, 2)
                            .padding(1, 2)
                            .avgPoolIncludePadInDivisor(true)),
                    pool(
                        "Strict",
                        windowed(type, 3, 4)
                            .stride(2, 2)
                            .convolutionMode(ConvolutionMode.Strict))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"layers", "pools"})
  void givesDl4jsLossesGradientsAndProbabilities(String name, Layer layer) {
    RandomGraph network = network(layer);
    SameAsDl4j.check(network, network.batch(EXAMPLES, 1), EXAMPLES, Convolution.AUTO);
  }

  /** The layer between two convolutions, so that its own source has a gradient, too. */
  private static RandomGraph network(Layer layer) {
    return new RandomGraph(
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Sgd(0.1))
            .biasInit(0.1)
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(InputType.convolutional(HEIGHT, WIDTH, 2))
            .addLayer(
                "front",
                new ConvolutionLayer.Builder(1, 1)
                    .nOut(CHANNELS)
                    .activation(Activation.RELU)
                    .build(),
                "input")
            .addLayer("layer", layer, "front")
            .addLayer("output", output(), "layer")
            .setOutputs("output")
            .build(),
        List.of(2L, (long) HEIGHT, (long) WIDTH),
        List.of(CLASSES));
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(new WeightedLoss(1))
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static Arguments layer(String name, BaseLayer.Builder<?> builder) {
    return arguments(name, builder.activation(Activation.RELU).build());
  }

  private static Arguments pool(String name, SubsamplingLayer.Builder builder) {
    SubsamplingLayer layer = builder.build();
    return arguments(layer.getPoolingType() + " pool, " + name, layer);
  }

  private static ConvolutionLayer.Builder convolution(int rows, int columns) {
    return new ConvolutionLayer.Builder(rows, columns).nOut(7);
  }

  private static ConvolutionLayer.Builder same(ConvolutionLayer.Builder builder) {
    return builder.convolutionMode(ConvolutionMode.Same);
  }

  private static ConvolutionLayer.Builder strict(ConvolutionLayer.Builder builder) {
    return builder.convolutionMode(ConvolutionMode.Strict);
  }

  private static SubsamplingLayer.Builder windowed(PoolingType type, int rows, int columns) {
    return new SubsamplingLayer.Builder(type).kernelSize(rows, columns).stride(1, 1);
  }

  private static SubsamplingLayer.Builder samePool(PoolingType type, int rows, int columns) {
    return windowed(type, rows, columns).convolutionMode(ConvolutionMode.Same);
  }
}
