package org.googlenet.engine.onednn;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Networks that a plan would compute wrongly are refused, and the refusal names what it is. */
class UnsupportedNetworkTest {

  static Stream<Arguments> layers() {
    return Stream.of(
        layer(new ActivationLayer(Activation.SOFTSIGN), "ActivationSoftSign"),
        layer(convolution().activation(Activation.CUBE).build(), "ActivationCube"),
        layer(convolution().activation(Activation.SOFTMAX).build(), "ActivationSoftmax"),
        layer(convolution().activation(new ActivationGELU(true)).build(), "ActivationGELU"),
        layer(
            convolution().activation(new ActivationReLU(null, 0.5, 0.0)).build(),
            "ActivationReLU with a threshold"),
        layer(causal(), "mode Causal"),
        layer(convolution().weightNoise(new DropConnect(0.5)).build(), "DropConnect"),
        layer(
            convolution().activation(Activation.IDENTITY).weightNoise(new DropConnect(0.5)).build(),
            "DropConnect"),
        layer(convolution().constrainAllParameters(new MaxNormConstraint(1, 1)).build(), "constr"),
        layer(convolution().dropOut(new GaussianDropout(0.5)).build(), "GaussianDropout"),
        layer(convolution().dropOut(new SpatialDropout(0.5)).build(), "SpatialDropout"),
        layer(
            convolution()
                .dropOut(new Dropout(new ExponentialSchedule(ScheduleType.EPOCH, 0.5, 0.9)))
                .build(),
            "Dropout"),
        layer(pool(PoolingType.PNORM).pnorm(2).build(), "PNORM"),
        layer(new GlobalPoolingLayer.Builder(PoolingType.SUM).build(), "SUM"),
        layer(new GlobalPoolingLayer.Builder(PoolingType.PNORM).pnorm(2).build(), "PNORM"),
        layer(dense().hasLayerNorm(true).build(), "layer normalisation"),
        layer(dense().activation(Activation.RRELU).build(), "ActivationRReLU"),
        layer(
            new BatchNormalization.Builder().lockGammaBeta(true).gamma(2).build(),
            "gamma locked at 2.0"),
        layer(new PReLULayer.Builder().inputShape(8, 7, 7).build(), "PReLULayer"),
        layer(new FrozenLayerWithBackprop(convolution().nIn(8).build()), "FrozenLayerWithBackprop"),
        layer(new FrozenLayer(convolution().nIn(8).build()), "behind conv, which is trained"));
  }

  private static Arguments layer(Layer layer, String what) {
    return arguments(what, layer);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void aLayerThatAPlanCannotDoIsNamed(String what, Layer layer) {
    refused(network(graph -> graph.addLayer("odd", layer, "conv"), "odd"), "odd", what);
  }

  static Stream<Arguments> outputs() {
    return Stream.of(
        output("LossMSE", output(LossFunction.MSE).build()),
        output("LossBinaryXENT", output(LossFunction.XENT).build()),
        output("LossMCXENT", new OutputLayer.Builder(new LossMCXENT(Nd4j.ones(3))).nOut(3).build()),
        output(
            "ActivationSigmoid",
            output(LossFunction.MCXENT).activation(Activation.SIGMOID).build()),
        output("of ActivationIdentity", new LossLayer.Builder(LossFunction.MCXENT).build()),
        output("CenterLossOutputLayer", new CenterLossOutputLayer.Builder().nOut(3).build()));
  }

  private static Arguments output(String what, Layer layer) {
    return arguments(what, layer);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("outputs")
  void anotherLossThanSoftmaxCrossEntropyIsNamed(String what, Layer layer) {
    ComputationGraphConfiguration configuration =
        builder()
            .setInputTypes(InputType.convolutional(8, 8, 3))
            .addLayer("conv", convolution().build(), "input")
            .addLayer(
                "hidden",
                new DenseLayer.Builder().nOut(3).activation(Activation.RELU).build(),
                "conv")
            .addLayer("odd", layer, "hidden")
            .setOutputs("odd")
            .validateOutputLayerConfig(false)
            .build();
    refused(() -> Network.of(configuration).requireLabelledImages(), "odd", what);
  }

  @Test
  void otherVerticesAreNamed() {
    refused(
        network(graph -> graph.addVertex("odd", new L2NormalizeVertex(), "conv"), "odd"),
        "odd",
        "L2NormalizeVertex");
  }

  @Test
  void aMergeOfVectorsAndMapsIsNamed() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    Network network =
        Network.of(
            builder()
                .addLayer("conv", convolution().nIn(3).build(), "input")
                .addLayer("dense", dense().nIn(8 * 7 * 7).build(), "conv")
                .addVertex("odd", new MergeVertex(), "dense", "conv")
                .addLayer("main", output(LossFunction.MCXENT).nIn(1).build(), "odd")
                .setOutputs("main")
                .build());
    Plan.Options options = new Plan.Options(1, List.of(List.of(3L, 8L, 8L)), false, false);
    try (INDArray parameters = Nd4j.zeros(DataType.FLOAT, 1)) {
      refused(() -> Plan.forInference(network, options, 1, parameters), "odd", "merge");
    }
  }

  @Test
  void aSumOfMapsOfDifferentSizesIsNamed() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    Network network =
        Network.of(
            builder()
                .addLayer("conv", convolution().nIn(3).build(), "input")
                .addLayer(
                    "other", new ConvolutionLayer.Builder(1, 1).nIn(3).nOut(8).build(), "input")
                .addVertex("odd", new ElementWiseVertex(Op.Add), "conv", "other")
                .addLayer("main", output(LossFunction.MCXENT).nIn(1).build(), "odd")
                .setOutputs("main")
                .build());
    Plan.Options options = new Plan.Options(1, List.of(List.of(3L, 8L, 8L)), false, false);
    try (INDArray parameters = Nd4j.zeros(DataType.FLOAT, 1)) {
      refused(() -> Plan.forInference(network, options, 1, parameters), "odd", "SUM of shapes");
    }
  }

  @Test
  void aSecondInputIsNamed() {
    ComputationGraphConfiguration configuration =
        builder()
            .addInputs("second")
            .setInputTypes(InputType.convolutional(8, 8, 3), InputType.convolutional(8, 8, 3))
            .addVertex("merge", new MergeVertex(), "input", "second")
            .addLayer("main", output(LossFunction.MCXENT).build(), "merge")
            .setOutputs("main")
            .build();
    refused(() -> Network.of(configuration).requireLabelledImages(), "second", "a second input");
  }

  @Test
  void anotherOrderOfDataIsNamed() {
    ComputationGraphConfiguration configuration =
        builder()
            .setInputTypes(InputType.convolutional(8, 8, 3, CNN2DFormat.NHWC))
            .addLayer("odd", convolution().dataFormat(CNN2DFormat.NHWC).build(), "input")
            .addLayer("main", output(LossFunction.MCXENT).build(), "odd")
            .setOutputs("main")
            .build();
    refused(() -> Network.of(configuration).requireLabelledImages(), "input", "data format NHWC");
  }

  @Test
  void anotherTypeOfDataIsNamed() {
    refused(network(DataType.DOUBLE, graph -> {}, "conv"), "main", "DOUBLE");
  }

  @Test
  void anOutputThatIsNoOutputLayerIsNamed() {
    ComputationGraphConfiguration configuration =
        builder()
            .setInputTypes(InputType.convolutional(8, 8, 3))
            .addLayer("conv", convolution().build(), "input")
            .addLayer("main", output(LossFunction.MCXENT).build(), "conv")
            .setOutputs("main", "conv")
            .build();
    refused(configuration, "conv", "output");
  }

  @Test
  void aLayerBehindAnOutputIsNamed() {
    ComputationGraphConfiguration configuration =
        builder()
            .setInputTypes(InputType.convolutional(8, 8, 3))
            .addLayer("first", output(LossFunction.MCXENT).build(), "input")
            .addLayer("hidden", dense().build(), "first")
            .addLayer("main", output(LossFunction.MCXENT).build(), "hidden")
            .setOutputs("first", "main")
            .build();
    refused(configuration, "hidden", "output");
  }

  @Test
  void allPartsAreNamedAtOnce() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .optimizationAlgo(OptimizationAlgorithm.LBFGS)
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(InputType.convolutional(8, 8, 3))
            .addLayer(
                "noisy",
                convolution()
                    .activation(Activation.RATIONALTANH)
                    .weightNoise(new DropConnect(0.5))
                    .dropOut(new GaussianDropout(0.5))
                    .build(),
                "input")
            .addVertex("norm", new L2NormalizeVertex(), "noisy")
            .addLayer("main", output(LossFunction.MCXENT).build(), "norm")
            .setOutputs("main")
            .build();
    refused(configuration, "vertex main", "LBFGS");
    refused(configuration, "vertex noisy", "DropConnect");
    refused(configuration, "vertex noisy", "GaussianDropout");
    refused(configuration, "vertex noisy", "ActivationRationalTanh");
    refused(configuration, "vertex norm", "L2NormalizeVertex");
  }

  @Test
  void allShapesThatTheLibraryRefusesAreNamedAtOnce() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    Network network =
        Network.of(
            builder()
                .setInputTypes(InputType.convolutional(16, 16, 3))
                .addLayer("one", convolution().kernelSize(9, 9).build(), "input")
                .addLayer("other", pool(PoolingType.MAX).kernelSize(9, 9).build(), "input")
                .addLayer("main", output(LossFunction.MCXENT).build(), "one")
                .addLayer("second", output(LossFunction.MCXENT).build(), "other")
                .setOutputs("main", "second")
                .build());
    Plan.Options options = new Plan.Options(1, List.of(List.of(3L, 4L, 4L)), false, false);
    try (INDArray parameters = Nd4j.zeros(DataType.FLOAT, 1)) {
      refused(
          () -> Plan.forInference(network, options, 2, parameters), "vertex one", "vertex other");
    }
  }

  @Test
  void whatIsKnownIsNotRefused() {
    assertThatCode(() -> Network.of(network(graph -> {}, "conv"))).doesNotThrowAnyException();
  }

  private static void refused(
      ComputationGraphConfiguration configuration, String vertex, String what) {
    refused(() -> Network.of(configuration), vertex, what);
  }

  private static void refused(ThrowingCallable compilation, String vertex, String what) {
    assertThatThrownBy(compilation)
        .isInstanceOf(UnsupportedNetwork.class)
        .hasMessageContainingAll(vertex, what, "engine onednn")
        .hasMessageNotContainingAny("\n");
  }

  /** A convolution, whatever is added, and a softmax behind that. */
  private static ComputationGraphConfiguration network(Consumer<GraphBuilder> more, String last) {
    return network(DataType.FLOAT, more, last);
  }

  private static ComputationGraphConfiguration network(
      DataType type, Consumer<GraphBuilder> more, String last) {
    GraphBuilder graph =
        builder(type)
            .setInputTypes(InputType.convolutional(8, 8, 3))
            .addLayer("conv", convolution().build(), "input");
    more.accept(graph);
    return graph
        .addLayer("main", output(LossFunction.MCXENT).build(), last)
        .setOutputs("main")
        .build();
  }

  private static GraphBuilder builder() {
    return builder(DataType.FLOAT);
  }

  private static GraphBuilder builder(DataType type) {
    return new NeuralNetConfiguration.Builder()
        .dataType(type)
        .updater(new Sgd(0.1))
        .graphBuilder()
        .addInputs("input");
  }

  private static ConvolutionLayer.Builder convolution() {
    return new ConvolutionLayer.Builder(2, 2).nOut(8).activation(Activation.RELU);
  }

  /** DL4J's builder refuses it in two dimensions; JSON may have it nevertheless. */
  private static ConvolutionLayer causal() {
    ConvolutionLayer layer = convolution().build();
    layer.setConvolutionMode(ConvolutionMode.Causal);
    return layer;
  }

  private static SubsamplingLayer.Builder pool(PoolingType type) {
    return new SubsamplingLayer.Builder(type).kernelSize(2, 2);
  }

  private static DenseLayer.Builder dense() {
    return new DenseLayer.Builder().nOut(4).activation(Activation.RELU);
  }

  private static OutputLayer.Builder output(LossFunction loss) {
    return new OutputLayer.Builder(loss).nOut(3).activation(Activation.SOFTMAX);
  }
}
