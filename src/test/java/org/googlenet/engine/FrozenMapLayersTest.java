package org.googlenet.engine;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.googlenet.engine.MapNetworks.IMAGE;
import static org.googlenet.engine.MapNetworks.builtOf;
import static org.googlenet.engine.MapNetworks.convolution;
import static org.googlenet.engine.MapNetworks.layers;
import static org.googlenet.engine.MapNetworks.network;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.model.Frozen;
import org.googlenet.model.FrozenNormalisation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;

/** Layers that are frozen stay as they are, and pass on what DL4J's {@code fit} passes on. */
class FrozenMapLayersTest {

  @BeforeAll
  static void oneThread() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  static Stream<Arguments> frozen() {
    return Stream.of(
        layers(
            "convolution",
            graph -> graph.addLayer("last", frozenConvolution(Activation.RELU), "input")),
        layers(
            "convolution, normalisation, activation and dropout, with a convolution behind",
            graph ->
                graph
                    .addLayer("first", frozenConvolution(Activation.IDENTITY), "input")
                    .addLayer("norm", new FrozenLayer(statistics()), "first")
                    .addLayer("relu", new FrozenLayer(new ActivationLayer(Activation.RELU)), "norm")
                    .addLayer(
                        "dropout", new FrozenLayer(new DropoutLayer.Builder(0.5).build()), "relu")
                    .addLayer(
                        "last",
                        new ConvolutionLayer.Builder(3, 3)
                            .nIn(6)
                            .nOut(6)
                            .activation(Activation.TANH)
                            .build(),
                        "dropout")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frozen")
  void whatIsFrozenStays(String what, Consumer<GraphBuilder> layers) {
    builtOf(layers).assertSameSteps(4, 4, 3);
  }

  static Stream<Arguments> frozenByTheirUpdater() {
    return Stream.of(
        layers(
            "a convolution behind one that is trained",
            graph -> graph.addLayer("frozen", still(), "conv").addLayer("last", still(), "frozen")),
        layers(
            "normalisations behind a convolution that is trained, of maps and of vectors",
            graph ->
                graph
                    .addLayer("norm", stillNormalisation(6), "conv")
                    .addLayer("relu", new ActivationLayer(Activation.RELU), "norm")
                    .addLayer("dense", new DenseLayer.Builder().nOut(5).build(), "relu")
                    .addLayer("last", stillNormalisation(5), "dense")),
        layers(
            "a frozen convolution of the images and its normalisation",
            graph ->
                graph
                    .addLayer("frozen", still(), "input")
                    .addLayer("norm", stillNormalisation(6), "frozen")
                    .addVertex("last", new MergeVertex(), "norm", "conv")),
        layers(
            "some branches of a merge",
            graph ->
                graph
                    .addLayer("one", still(), "input")
                    .addLayer("other", still(), "conv")
                    .addVertex("last", new MergeVertex(), "one", "conv", "other")),
        layers(
            "a fully connected layer between two that are trained",
            graph ->
                graph
                    .addLayer("first", new DenseLayer.Builder().nOut(5).build(), "conv")
                    .addLayer(
                        "last",
                        new DenseLayer.Builder().nOut(4).updater(new Frozen()).build(),
                        "first")),
        elementwise(ElementWiseVertex.Op.Add, "frozen", "conv"),
        elementwise(ElementWiseVertex.Op.Add, "conv", "frozen"),
        elementwise(ElementWiseVertex.Op.Subtract, "frozen", "conv"),
        elementwise(ElementWiseVertex.Op.Subtract, "conv", "frozen"),
        elementwise(ElementWiseVertex.Op.Product, "frozen", "conv"),
        elementwise(ElementWiseVertex.Op.Product, "conv", "frozen"),
        elementwise(ElementWiseVertex.Op.Max, "frozen", "conv"),
        elementwise(ElementWiseVertex.Op.Max, "conv", "frozen"));
  }

  private static Arguments elementwise(ElementWiseVertex.Op op, String one, String other) {
    return layers(
        op + " of " + one + " and " + other,
        graph ->
            graph
                .addLayer("frozen", still(), "input")
                .addVertex("last", new ElementWiseVertex(op), one, other));
  }

  private static ConvolutionLayer still() {
    return new ConvolutionLayer.Builder(3, 3)
        .padding(1, 1)
        .nOut(6)
        .activation(Activation.TANH)
        .updater(new Frozen())
        .build();
  }

  private static FrozenNormalisation stillNormalisation(int width) {
    return FrozenNormalisation.of(
        new BatchNormalization.Builder().useLogStd(false).nIn(width).nOut(width).build());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frozenByTheirUpdater")
  void whatItsUpdaterFreezesStaysAndPassesGradientsOn(String what, Consumer<GraphBuilder> layers) {
    network(layers).assertSameSteps(4, 4, 3);
  }

  private static FrozenLayer frozenConvolution(Activation function) {
    ConvolutionLayer layer = convolution(function.getActivationFunction());
    layer.setNIn(IMAGE[0]);
    return new FrozenLayer(layer);
  }

  private static BatchNormalization statistics() {
    return new BatchNormalization.Builder().nIn(6).nOut(6).build();
  }
}
