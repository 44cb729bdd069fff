package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.googlenet.engine.Twins.convolution;
import static org.googlenet.engine.Twins.images;
import static org.googlenet.engine.Twins.output;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.engine.onednn.Plan;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** In a forward pass a batch normalisation is a part of the convolution in front of it. */
class FoldedConvolutionTest {

  private static final InputType IMAGE = InputType.convolutional(8, 8, 3);

  @BeforeAll
  static void library() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  private static Arguments layers(
      String what, long normalisations, UnaryOperator<GraphBuilder> of) {
    return Arguments.of(what, normalisations, of);
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        layers(
            "with bias, and a ReLU6 behind",
            0,
            graph ->
                graph
                    .addLayer("plain", plain().build(), "conv")
                    .addLayer("norm", new BatchNormalization(), "plain")
                    .addLayer("last", new ActivationLayer(Activation.RELU6), "norm")),
        layers(
            "without bias, by logarithms, and a ReLU behind",
            0,
            graph ->
                graph
                    .addLayer("plain", plain().hasBias(false).build(), "conv")
                    .addLayer(
                        "norm", new BatchNormalization.Builder().useLogStd(true).build(), "plain")
                    .addLayer("last", new ActivationLayer(Activation.RELU), "norm")),
        layers(
            "without scale and shift",
            0,
            graph ->
                graph
                    .addLayer("plain", plain().build(), "conv")
                    .addLayer(
                        "last",
                        new BatchNormalization.Builder().lockGammaBeta(true).eps(0.01).build(),
                        "plain")),
        layers(
            "filters of each channel",
            0,
            graph ->
                graph
                    .addLayer(
                        "plain",
                        new DepthwiseConvolution2D.Builder(3, 3)
                            .depthMultiplier(2)
                            .activation(Activation.IDENTITY)
                            .build(),
                        "conv")
                    .addLayer("last", new BatchNormalization(), "plain")),
        layers(
            "both halves of a separable convolution",
            0,
            graph ->
                graph
                    .addLayer(
                        "plain",
                        new SeparableConvolution2D.Builder(3, 3)
                            .nOut(5)
                            .activation(Activation.IDENTITY)
                            .build(),
                        "conv")
                    .addLayer("last", new BatchNormalization(), "plain")),
        layers(
            "not behind an activation, and not where others read the convolution",
            2,
            graph ->
                graph
                    .addLayer("first", new BatchNormalization(), "conv")
                    .addLayer("plain", plain().build(), "conv")
                    .addLayer("second", new BatchNormalization(), "plain")
                    .addVertex("last", new MergeVertex(), "first", "second", "plain")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void itComputesWhatDl4jDoes(String what, long apart, UnaryOperator<GraphBuilder> layers) {
    ComputationGraph graph =
        new ComputationGraph(
            layers
                .apply(Twins.graph(IMAGE))
                .addLayer("out", output(), "last")
                .setOutputs("out")
                .build());
    graph.init();
    INDArray features = images(5, 2).getFeatures();
    try (OneDnnTrainer trainer = OneDnnTrainer.of(graph).threads(1).open()) {
      for (int step = 0; step < 3; step++) {
        trainer.fit(images(4, step));
        float[] expected = graph.output(false, features)[0].dup('c').data().asFloat();
        assertThat(trainer.output(features)[0].data().asFloat())
            .containsExactly(expected, within(1e-5f));
      }
    }
    Plan.Options options = new Plan.Options(1, List.of(List.of(3L, 8L, 8L)), false, false);
    try (Plan plan =
        Plan.forInference(Network.of(graph.getConfiguration()), options, 1, graph.params())) {
      assertThat(plan.profile().stream().filter(each -> each.kind().startsWith("batch")))
          .hasSize(Math.toIntExact(apart));
    }
  }

  private static ConvolutionLayer.Builder plain() {
    return convolution(6).activation(Activation.IDENTITY);
  }
}
