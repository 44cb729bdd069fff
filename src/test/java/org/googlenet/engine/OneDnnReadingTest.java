package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.googlenet.engine.Twins.convolution;
import static org.googlenet.engine.Twins.images;
import static org.googlenet.engine.Twins.output;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.model.Batch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A network is read as it was meant, or refused: whatever its vertices are called and give. */
class OneDnnReadingTest {

  private static final InputType IMAGE = InputType.convolutional(8, 8, 3);

  @BeforeAll
  static void library() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  private static Arguments layers(String what, UnaryOperator<GraphBuilder> layers) {
    return Arguments.of(what, layers);
  }

  static Stream<Arguments> namesOfParts() {
    return Stream.of(
        layers(
            "half a separable convolution",
            graph ->
                graph
                    .addLayer("sep", separable(), "conv")
                    .addLayer("sep.depthwise", convolution(6).build(), "conv")
                    .addVertex("last", new MergeVertex(), "sep", "sep.depthwise")),
        layers(
            "half a sum",
            graph ->
                graph
                    .addLayer("a", convolution(6).build(), "conv")
                    .addLayer("add.1", convolution(6).build(), "conv")
                    .addVertex("add", new ElementWiseVertex(Op.Add), "conv", "a", "add.1")
                    .addVertex("last", new MergeVertex(), "add", "add.1")),
        layers(
            "an activation apart",
            graph ->
                graph
                    .addLayer("norm", new BatchNormalization(), "conv")
                    .addLayer("act", new ActivationLayer(Activation.TANH), "norm")
                    .addLayer("act.tanh", convolution(6).build(), "conv")
                    .addVertex("last", new MergeVertex(), "act", "act.tanh")),
        layers(
            "a dropped input",
            graph ->
                graph
                    .addLayer("con.input", convolution(6).build(), "conv")
                    .addLayer("con", new DropoutLayer(0.999999), "con.input")
                    .addVertex("last", new MergeVertex(), "con", "conv")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("namesOfParts")
  void aVertexMayHaveTheNameThatAPartOfAnotherWouldHave(
      String what, UnaryOperator<GraphBuilder> layers) {
    new Twins(network(layers)).assertTrainedAlike(images(4, 1));
  }

  static Stream<Arguments> vectors() {
    return Stream.of(
        layers(
            "merged",
            graph -> pooled(graph).addVertex("last", new MergeVertex(), "global", "dense")),
        layers(
            "added, with an activation in front",
            graph ->
                pooled(graph)
                    .addLayer("tanh", new ActivationLayer(Activation.TANH), "global")
                    .addVertex("last", new ElementWiseVertex(Op.Add), "dense", "tanh")),
        layers(
            "two of them, merged and then merged with another",
            graph ->
                pooled(graph)
                    .addLayer("max", new GlobalPoolingLayer(PoolingType.MAX), "conv")
                    .addVertex("both", new MergeVertex(), "global", "max")
                    .addVertex("last", new MergeVertex(), "dense", "both")));
  }

  /** As {@code setFeatureExtractor} freezes layers and vertices up to one. */
  @Test
  void whatTransferLearningFreezesStaysAndTheRestTrains() {
    ComputationGraph whole =
        initialised(
            Twins.graph(IMAGE)
                .addLayer("second", convolution(6).build(), "conv")
                .addVertex("add", new ElementWiseVertex(Op.Add), "conv", "second")
                .addLayer("third", convolution(6).build(), "add")
                .addVertex("sum", new ElementWiseVertex(Op.Add), "third", "add")
                .addLayer("out", output(), "sum"));
    for (String last : List.of("add", "sum")) {
      ComputationGraph tuned =
          new TransferLearning.GraphBuilder(whole)
              .fineTuneConfiguration(
                  new FineTuneConfiguration.Builder().updater(new Adam(0.01)).build())
              .setFeatureExtractor(last)
              .build();
      new Twins(tuned.getConfiguration()).assertTrainedAlike(images(4, 1));
    }
  }

  static Stream<Arguments> scales() {
    return Stream.of(
        layers(
            "of a convolution that is read twice",
            graph ->
                graph
                    .addVertex("scaled", new ScaleVertex(0.17), "conv")
                    .addVertex("shifted", new ShiftVertex(0.3), "scaled")
                    .addVertex("last", new ElementWiseVertex(Op.Add), "conv", "shifted")),
        layers(
            "of one that is read once",
            graph ->
                graph
                    .addLayer(
                        "plain", convolution(6).activation(Activation.IDENTITY).build(), "conv")
                    .addVertex("scaled", new ScaleVertex(-2), "plain")
                    .addLayer("last", new ActivationLayer(Activation.RELU), "scaled")),
        layers(
            "of a ReLU and of vectors",
            graph ->
                graph
                    .addVertex("scaled", new ScaleVertex(0.5), "conv")
                    .addLayer("global", new GlobalPoolingLayer(PoolingType.MAX), "scaled")
                    .addVertex("last", new ShiftVertex(-1), "global")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scales")
  void scalesAndShifts(String what, UnaryOperator<GraphBuilder> layers) {
    new Twins(network(layers)).assertTrainedAlike(images(4, 1));
  }

  @Test
  void aLossBehindASoftmaxByItself() {
    new Twins(
            Twins.graph(IMAGE)
                .addLayer("logits", convolution(3).activation(Activation.IDENTITY).build(), "conv")
                .addLayer("global", new GlobalPoolingLayer(PoolingType.AVG), "logits")
                .addLayer("softmax", new ActivationLayer(Activation.SOFTMAX), "global")
                .addLayer(
                    "out",
                    new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "softmax"),
            "out")
        .assertTrainedAlike(images(4, 1));
  }

  private static GraphBuilder pooled(GraphBuilder graph) {
    return graph
        .addLayer("global", new GlobalPoolingLayer(PoolingType.AVG), "conv")
        .addLayer("dense", new DenseLayer.Builder().nOut(6).build(), "conv");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void aGlobalPoolGivesVectorsLikeThoseOfADenseLayer(
      String what, UnaryOperator<GraphBuilder> layers) {
    new Twins(network(layers)).assertTrainedAlike(images(4, 1));
  }

  @Test
  void aBatchNormalisationOfAnotherNumberOfChannelsIsNamed() {
    for (int channels : List.of(2, 8)) {
      refused(
          new BatchNormalization.Builder().nIn(channels).nOut(channels).build(),
          "vertex odd: its nIn is " + channels + ", but it is given 6 channels (maps of 8 x 8)");
    }
  }

  @Test
  void vectorsWhereMapsAreNeededAreNamed() {
    for (Layer layer :
        List.of(
            new LocalResponseNormalization(),
            new Upsampling2D.Builder(2).build(),
            new ZeroPaddingLayer(1, 1))) {
      ComputationGraph graph =
          initialised(
              Twins.settings()
                  .addInputs("input")
                  .addLayer("dense", new DenseLayer.Builder().nIn(5).nOut(6).build(), "input")
                  .addLayer("odd", layer, "dense")
                  .addLayer("out", withInputs(6), "odd"));
      assertThatThrownBy(() -> OneDnnTrainer.of(graph).threads(1).open())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("vertex odd: it needs maps, but is given 6 values an example");
    }
  }

  /** DL4J's is not finite at 0 then, which batches are padded with. */
  @Test
  void aSmallerBatchIsNotPaddedWithWhatALayerMakesNaNOf() {
    ComputationGraph graph =
        initialised(
            Twins.graph(IMAGE)
                .addLayer("tanh", convolution(6).activation(Activation.TANH).build(), "conv")
                .addLayer("lrn", new LocalResponseNormalization.Builder().k(0).build(), "tanh")
                .addLayer("out", output(), "lrn"));
    try (OneDnnEngine engine = OneDnnEngine.of(graph).image(3, 8, 8).batch(4).open()) {
      float[] pixels = images(3, 1).getFeatures().data().asFloat();
      engine.step(new Batch(pixels, new int[] {0, 1, 2}, List.of("a", "b", "c")), 0, 0);
    }
    assertThat(graph.params().isNaN().any()).isFalse();
  }

  private static void refused(Layer layer, String message) {
    ComputationGraph graph =
        initialised(
            Twins.settings()
                .addInputs("input")
                .addLayer("conv", convolution(6).nIn(3).build(), "input")
                .addLayer("odd", layer, "conv")
                .addLayer("out", withInputs(384), "odd"));
    INDArray features = images(2, 1).getFeatures();
    try (OneDnnTrainer trainer = OneDnnTrainer.of(graph).threads(1).open()) {
      assertThatThrownBy(() -> trainer.output(features))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }
  }

  private static Layer withInputs(int values) {
    var output = output();
    output.setNIn(values);
    return output;
  }

  private static ComputationGraph initialised(GraphBuilder graph) {
    ComputationGraph network = new ComputationGraph(graph.setOutputs("out").build());
    network.init();
    return network;
  }

  private static ComputationGraphConfiguration network(UnaryOperator<GraphBuilder> layers) {
    return layers
        .apply(Twins.graph(IMAGE))
        .addLayer("out", output(), "last")
        .setOutputs("out")
        .build();
  }

  private static SeparableConvolution2D separable() {
    return new SeparableConvolution2D.Builder(3, 3).nOut(6).padding(1, 1).build();
  }
}
