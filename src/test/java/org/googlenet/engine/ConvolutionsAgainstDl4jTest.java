package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BaseConvBuilder;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.engine.onednn.UnsupportedNetwork;
import org.googlenet.model.WeightedLoss;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
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

  static Stream<Arguments> convolutions() {
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

  static Stream<Arguments> depthwise() {
    return Stream.of(
        layer("depthwise", depthwise(3, 3, 1)),
        layer("depthwise, multiplier", depthwise(3, 2, 3)),
        layer("depthwise without bias", depthwise(2, 3, 2).hasBias(false)),
        layer("depthwise, 1x1", depthwise(1, 1, 2)),
        layer("depthwise, stride and padding", depthwise(3, 5, 1).stride(2, 1).padding(1, 2)),
        layer("depthwise, Same, stride", same(depthwise(3, 3, 1)).stride(2, 2)),
        layer("depthwise, Same, dilation", same(depthwise(3, 2, 2)).dilation(2, 2)),
        layer("separable", separable(3, 3)),
        layer("separable, multiplier", separable(3, 2).depthMultiplier(2)),
        layer("separable without bias", separable(3, 3).hasBias(false)),
        layer("separable, Same, stride", same(separable(3, 4)).depthMultiplier(2).stride(2, 2)),
        layer("separable, dilation and padding", separable(3, 3).dilation(2, 1).padding(2, 0)));
  }

  static Stream<Arguments> deconvolutions() {
    return Stream.of(
        layer("deconvolution", deconvolution(2, 3)),
        layer("deconvolution without bias", deconvolution(3, 2).hasBias(false)),
        layer("deconvolution, stride", deconvolution(2, 2).stride(2, 3)),
        layer("deconvolution, stride and padding", deconvolution(3, 4).stride(2, 2).padding(1, 1)),
        layer("deconvolution, dilation", deconvolution(3, 2).dilation(2, 3)),
        layer("deconvolution, Same", same(deconvolution(3, 3))),
        layer("deconvolution, Same, even kernel", same(deconvolution(4, 2))),
        layer("deconvolution, Same, stride", same(deconvolution(3, 4)).stride(2, 2)),
        layer("deconvolution, Same, stride over kernel", same(deconvolution(1, 2)).stride(2, 2)),
        layer("deconvolution, Same, dilation", same(deconvolution(3, 2)).dilation(2, 2)));
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
                    pool("dilation", windowed(type, 3, 2).dilation(2, 3)),
                    pool(
                        "dilation, stride and padding",
                        windowed(type, 3, 3).dilation(2, 2).stride(2, 1).padding(1, 2)),
                    pool("Same, dilation", samePool(type, 3, 2).dilation(2, 3)),
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
  @MethodSource({"convolutions", "depthwise", "deconvolutions", "pools"})
  void givesDl4jsLossesGradientsAndProbabilities(String name, Layer layer) {
    RandomGraph network = network(layer);
    SameAsDl4j.check(network, network.batch(EXAMPLES, 1), EXAMPLES, Convolution.AUTO);
  }

  /** A value of bf16 is off by up to one in 256, and a ReLU next to 0 may go the other way. */
  @ParameterizedTest(name = "{0}")
  @MethodSource({"convolutions", "depthwise", "deconvolutions", "pools"})
  void inBf16TheGradientIsThatOfFp32ButForRoundings(String name, Layer layer) {
    assumeThat(OneDnnLibrary.find().hasBf16()).as("bf16").isTrue();
    RandomGraph network = network(layer);
    INDArray fp32 = gradient(network, Precision.FP32);
    INDArray bf16 = gradient(network, Precision.BF16);
    assertThat(bf16.sub(fp32).norm2Number().doubleValue())
        .isPositive()
        .isLessThan(0.06 * fp32.norm2Number().doubleValue());
  }

  private static INDArray gradient(RandomGraph drawn, Precision precision) {
    ComputationGraph network = drawn.network();
    try (OneDnnEngine engine = drawn.engine(network).batch(EXAMPLES).precision(precision).open()) {
      engine.gradient(drawn.batch(EXAMPLES, 1), 0);
      return network.getFlattenedGradients().dup();
    }
  }

  /** DL4J applies it to convolutions and dense layers alone, although each layer declares it. */
  @Test
  void aDropoutOfTheWholeNetworkIsAppliedWhereDl4jDoes() {
    RandomGraph network =
        network(windowed(PoolingType.MAX, 2, 2).build(), builder -> builder.dropOut(0.7));
    SameAsDl4j.check(network, network.batch(EXAMPLES, 1), EXAMPLES, Convolution.AUTO);
  }

  @Test
  void anotherNumberOfChannelsThanNInIsNamed() {
    RandomGraph network = network(convolution(3, 3).build());
    assertThatThrownBy(() -> compiled(network, 1, HEIGHT, WIDTH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("vertex front", "nIn is 2", "1 channels");
  }

  @Test
  void imagesOfAnotherSizeThanADenseLayerWasMadeForAreNamed() {
    RandomGraph network = network(convolution(3, 3).build());
    assertThatThrownBy(() -> compiled(network, 2, HEIGHT, WIDTH + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("vertex output", "nIn is 490", "539 values", "7 x 7 x 11");
  }

  @Test
  void aMapThatModeStrictLeavesARestOfIsNamed() {
    RandomGraph network = network(strict(convolution(3, 4)).stride(2, 2).build());
    assertThatThrownBy(() -> compiled(network, 2, HEIGHT + 1, WIDTH))
        .isInstanceOf(UnsupportedNetwork.class)
        .hasMessageContainingAll("vertex layer", "mode Strict", "10 x 12");
  }

  private static void compiled(RandomGraph drawn, long channels, long height, long width) {
    try (OneDnnEngine engine =
        OneDnnEngine.of(drawn.network()).image(channels, height, width).open()) {
      engine.trainingBytes();
    }
  }

  /** The layer between two convolutions, so that its own source has a gradient, too. */
  private static RandomGraph network(Layer layer) {
    return network(layer, builder -> builder);
  }

  private static RandomGraph network(
      Layer layer, UnaryOperator<NeuralNetConfiguration.Builder> more) {
    return new RandomGraph(
        more.apply(new NeuralNetConfiguration.Builder())
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

  private static DepthwiseConvolution2D.Builder depthwise(int rows, int columns, int multiplier) {
    return new DepthwiseConvolution2D.Builder(rows, columns).depthMultiplier(multiplier);
  }

  private static SeparableConvolution2D.Builder separable(int rows, int columns) {
    return new SeparableConvolution2D.Builder(rows, columns).nOut(7);
  }

  private static Deconvolution2D.Builder deconvolution(int rows, int columns) {
    return new Deconvolution2D.Builder(rows, columns).nOut(7);
  }

  private static <T extends BaseConvBuilder<T>> T same(T builder) {
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
