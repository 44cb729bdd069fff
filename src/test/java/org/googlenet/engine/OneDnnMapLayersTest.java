package org.googlenet.engine;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.googlenet.engine.MapNetworks.convolution;
import static org.googlenet.engine.MapNetworks.layers;
import static org.googlenet.engine.MapNetworks.network;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.model.AverageWindows;
import org.googlenet.model.BatchNorm;
import org.googlenet.model.Lrn;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Layers that change the values of maps train as they do under DL4J's {@code fit}. */
class OneDnnMapLayersTest {

  @BeforeAll
  static void oneThread() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  static Stream<Arguments> normalisations() {
    return Stream.of(
        layers("alone", graph -> graph.addLayer("last", new BatchNormalization(), "conv")),
        layers(
            "with ReLU behind, read once",
            graph ->
                graph
                    .addLayer("norm", new BatchNormalization(), "conv")
                    .addLayer("last", new ActivationLayer(Activation.RELU), "norm")),
        layers(
            "with ReLU and a pool behind",
            graph ->
                graph
                    .addLayer("norm", new BatchNormalization(), "conv")
                    .addLayer("relu", new ActivationLayer(Activation.RELU), "norm")
                    .addLayer("last", pool(), "relu")),
        layers(
            "read twice, before and behind its ReLU",
            graph ->
                graph
                    .addLayer("norm", new BatchNormalization(), "conv")
                    .addLayer("relu", new ActivationLayer(Activation.RELU), "norm")
                    .addVertex("last", new MergeVertex(), "norm", "relu")),
        layers(
            "by the logarithm of the deviation",
            graph -> graph.addLayer("last", builder().useLogStd(true).decay(0.7).build(), "conv")),
        layers(
            "without scale and shift",
            graph ->
                graph.addLayer("last", builder().lockGammaBeta(true).eps(0.01).build(), "conv")),
        layers(
            "with other values to start from",
            graph ->
                graph.addLayer(
                    "last", builder().gamma(1.5).beta(-0.3).eps(1e-3).decay(0.5).build(), "conv")),
        layers(
            "of the images",
            graph ->
                graph
                    .addLayer("norm", new BatchNormalization(), "input")
                    .addVertex("last", new MergeVertex(), "norm", "conv")),
        layers(
            "of vectors",
            graph ->
                graph
                    .addLayer(
                        "dense",
                        new DenseLayer.Builder().nOut(7).activation(Activation.IDENTITY).build(),
                        "conv")
                    .addLayer("norm", new BatchNormalization(), "dense")
                    .addLayer("last", new ActivationLayer(Activation.RELU), "norm")));
  }

  private static BatchNormalization.Builder builder() {
    return new BatchNormalization.Builder();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("normalisations")
  void aBatchNormalisationLearnsAndFollowsTheData(String what, Consumer<GraphBuilder> layers) {
    network(layers).assertSameSteps(4, 4, 3, 4, 2);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"normalisations", "borders", "ownLayers"})
  void inBf16TheyAreClose(String what, Consumer<GraphBuilder> layers) {
    assumeThat(OneDnnLibrary.find().hasBf16()).as("bf16").isTrue();
    network(layers).assertCloseInBf16(4);
  }

  static Stream<Arguments> ownLayers() {
    return Stream.of(
        layers(
            "an adaptive pool whose windows overlap",
            graph ->
                square(graph).addVertex("last", windows(AverageWindows.adaptive(8, 3)), "square")),
        layers(
            "a pool whose last window is cut off, and another reader of its input",
            graph ->
                square(graph)
                    .addVertex("pool", windows(AverageWindows.ceil(8, 3, 3)), "square")
                    .addLayer("other", pool(4), "square")
                    .addVertex("last", new MergeVertex(), "other", "pool")),
        layers("local response normalisation", graph -> graph.addLayer("last", new Lrn(), "conv")),
        layers(
            "batch normalisation and ReLU",
            graph ->
                graph
                    .addLayer("norm", new BatchNorm(), "conv")
                    .addLayer("last", new ActivationLayer(Activation.RELU), "norm")));
  }

  /** Cuts the convolution's maps to squares of side 8. */
  private static GraphBuilder square(GraphBuilder graph) {
    return graph.addLayer("square", new Cropping2D(1, 0, 1, 1), "conv");
  }

  private static PreprocessorVertex windows(AverageWindows windows) {
    return new PreprocessorVertex(windows);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ownLayers")
  void layersOfTheVariantsTrainUnderBothEngines(String what, Consumer<GraphBuilder> layers) {
    network(layers).assertSameSteps(4, 4, 3, 4, 2);
  }

  static Stream<IActivation> activations() {
    return Stream.of(
        new ActivationReLU(),
        new ActivationReLU(1.0, 0.0, 0.0),
        new ActivationReLU(null, 0.0, 0.2),
        new ActivationReLU6(),
        new ActivationLReLU(0.1),
        new ActivationELU(),
        new ActivationSELU(),
        new ActivationSigmoid(),
        new ActivationTanH(),
        new ActivationRectifiedTanh(),
        new ActivationHardTanH(),
        new ActivationHardSigmoid(),
        new ActivationSwish(),
        new ActivationGELU(false),
        new ActivationSoftPlus(),
        new ActivationMish());
  }

  @ParameterizedTest
  @MethodSource("activations")
  void anActivationOfAConvolutionOfADenseLayerAndByItself(IActivation function) {
    network(
            graph ->
                graph
                    .addLayer("first", convolution(function), "conv")
                    .addLayer("pool", pool(), "first")
                    .addLayer("apart", new ActivationLayer(function), "conv")
                    .addLayer("second", pool(), "apart")
                    .addVertex("both", new MergeVertex(), "first", "apart")
                    .addLayer(
                        "dense",
                        new DenseLayer.Builder().nOut(9).activation(function).build(),
                        "both")
                    .addLayer(
                        "other",
                        new DenseLayer.Builder().nOut(5).activation(function).build(),
                        "second")
                    .addLayer(
                        "third",
                        new DenseLayer.Builder().nOut(5).activation(function).build(),
                        "pool")
                    .addVertex("last", new MergeVertex(), "dense", "other", "third"))
        .assertSameSteps(4, 4, 3);
  }

  static Stream<Arguments> vertices() {
    return Stream.of(Op.values())
        .flatMap(
            op ->
                Stream.of(2, 3)
                    .filter(inputs -> inputs == 2 || op != Op.Subtract)
                    .map(inputs -> Arguments.of(op, inputs)));
  }

  @ParameterizedTest
  @MethodSource("vertices")
  void anElementwiseVertexWithAndWithoutActivationBehind(Op op, int inputs) {
    String[] names = {"conv", "second", "third"};
    network(
            graph -> {
              for (int i = 1; i < inputs; i++) {
                graph.addLayer(
                    names[i], convolution(Activation.RELU.getActivationFunction()), names[i - 1]);
              }
              graph
                  .addVertex("vertex", new ElementWiseVertex(op), Arrays.copyOf(names, inputs))
                  .addLayer("relu", new ActivationLayer(Activation.RELU), "vertex")
                  .addLayer("fourth", convolution(Activation.RELU.getActivationFunction()), "relu")
                  .addVertex("last", new ElementWiseVertex(op), "fourth", "relu");
            })
        .assertSameSteps(4, 4, 3);
  }

  static Stream<Arguments> borders() {
    return Stream.of(
        layers(
            "a border of zeros",
            graph -> graph.addLayer("last", new ZeroPaddingLayer(2, 1, 0, 3), "conv")),
        layers("a cut border", graph -> graph.addLayer("last", new Cropping2D(1, 2, 3, 0), "conv")),
        layers(
            "zeros around the images, and a cut border of vectors' maps",
            graph ->
                graph
                    .addLayer("zeros", new ZeroPaddingLayer(1, 1), "input")
                    .addLayer(
                        "second", convolution(Activation.TANH.getActivationFunction()), "zeros")
                    .addLayer("cut", new Cropping2D(1, 1, 1, 1), "second")
                    .addVertex("last", new MergeVertex(), "cut", "conv")),
        layers(
            "repeated values",
            graph ->
                graph
                    .addLayer(
                        "up", new Upsampling2D.Builder().size(new int[] {2, 3}).build(), "conv")
                    .addLayer("last", convolution(Activation.RELU.getActivationFunction()), "up")),
        layers(
            "values repeated in squares, read twice",
            graph ->
                graph
                    .addLayer("up", new Upsampling2D.Builder(2).build(), "conv")
                    .addLayer("second", convolution(Activation.RELU.getActivationFunction()), "up")
                    .addVertex("last", new MergeVertex(), "up", "second")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("borders")
  void mapsOfAnotherSize(String what, Consumer<GraphBuilder> layers) {
    network(layers).assertSameSteps(4, 4, 3);
  }

  private static SubsamplingLayer pool() {
    return pool(2);
  }

  private static SubsamplingLayer pool(int kernel) {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(kernel, kernel)
        .stride(2, 2)
        .build();
  }
}
