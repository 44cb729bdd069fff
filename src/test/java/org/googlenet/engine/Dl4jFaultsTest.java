package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.gradientcheck.GradientCheckUtil.GraphConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.buffer.util.DataTypeUtil;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Where DL4J's own results are wrong, as docs/engine.md says: the engine's differ there. */
class Dl4jFaultsTest {

  private final DataType usual = Nd4j.dataType();

  @AfterEach
  void restoreTheUsualType() {
    DataTypeUtil.setDTypeForContext(usual);
  }

  @Test
  void theGradientOfLocalResponseNormalisationIsNotTheSlopeOfTheScore() {
    assertThat(gradientIsTheSlope(false)).as("without normalisation").isTrue();
    assertThat(gradientIsTheSlope(true)).as("with normalisation").isFalse();
  }

  private static boolean gradientIsTheSlope(boolean normalised) {
    GraphBuilder graph =
        builder(DataType.DOUBLE)
            .addInputs("input")
            .setInputTypes(InputType.convolutional(4, 4, 2))
            .addLayer(
                "conv",
                new ConvolutionLayer.Builder(2, 2).nOut(5).activation(Activation.TANH).build(),
                "input");
    if (normalised) {
      graph.addLayer(
          "lrn", new LocalResponseNormalization.Builder().n(3).alpha(0.5).build(), "conv");
    }
    ComputationGraph network =
        initialised(graph.addLayer("output", output(), normalised ? "lrn" : "conv"));
    DataTypeUtil.setDTypeForContext(DataType.DOUBLE);
    return GradientCheckUtil.checkGradients(
        new GraphConfig()
            .net(network)
            .inputs(new INDArray[] {Nd4j.rand(DataType.DOUBLE, 2, 2, 4, 4)})
            .labels(new INDArray[] {Nd4j.eye(2).castTo(DataType.DOUBLE)})
            .print(GradientCheckUtil.PrintMode.ZEROS));
  }

  /**
   * Both readers of "shared" get it whole, but the first's gradient is computed of what is left.
   */
  @Test
  void aDropoutInPlaceSpoilsTheGradientOfAnotherReaderOfItsInput() {
    INDArray inPlace = gradientOfTheReaderWithoutDropout(true);
    INDArray ofCopy = gradientOfTheReaderWithoutDropout(false);

    assertThat(inPlace.sub(ofCopy).norm2Number().doubleValue() / ofCopy.norm2Number().doubleValue())
        .isGreaterThan(0.1);
  }

  @Test
  void aBatchNormalisationWithoutLogarithmsComesBackWithThemFromJson() {
    ComputationGraphConfiguration configuration =
        builder(DataType.FLOAT)
            .addInputs("input")
            .setInputTypes(InputType.convolutional(4, 4, 2))
            .addLayer("norm", new BatchNormalization.Builder().useLogStd(false).build(), "input")
            .addLayer("output", output(), "norm")
            .setOutputs("output")
            .build();

    assertThat(useLogStd(configuration)).isFalse();
    assertThat(useLogStd(ComputationGraphConfiguration.fromJson(configuration.toJson()))).isTrue();
  }

  @Test
  void theGradientOfEluIgnoresItsAlpha() {
    ActivationELU elu = new ActivationELU(2);
    INDArray at = Nd4j.createFromArray(-0.5);
    double slope = (value(elu, -0.5 + 1e-6) - value(elu, -0.5 - 1e-6)) / 2e-6;

    double said = elu.backprop(at, Nd4j.ones(DataType.DOUBLE, 1)).getFirst().getDouble(0);

    assertThat(slope).isCloseTo(2 * Math.exp(-0.5), within(1e-6));
    assertThat(said).isCloseTo(slope / 2, within(1e-6));
  }

  @Test
  void preciseGeluCubesItsCoefficientToo() {
    double right = 0.5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (1 + 0.044715)));

    assertThat(value(new ActivationGELU(true), 1)).isLessThan(right - 0.009);
    assertThat(value(new ActivationGELU(false), 1)).isCloseTo(right, within(0.01));
  }

  private static double value(IActivation function, double at) {
    return function.getActivation(Nd4j.createFromArray(at), false).getDouble(0);
  }

  @Test
  void theGradientInFrontOfADeconvolutionDoesNotKnowItsDropout() {
    assertThat(gradientInFrontOf(new ConvolutionLayer.Builder(2, 2))).isZero();
    assertThat(gradientInFrontOf(new Deconvolution2D.Builder(2, 2))).isPositive();
  }

  /** The largest gradient of a bias in front of a layer that drops all that it is given. */
  private static double gradientInFrontOf(ConvolutionLayer.BaseConvBuilder<?> dropping) {
    ComputationGraph network =
        initialised(
            builder(DataType.FLOAT)
                .addInputs("input")
                .setInputTypes(InputType.convolutional(4, 4, 2))
                .addLayer("front", new ConvolutionLayer.Builder(2, 2).nOut(3).build(), "input")
                .addLayer("dropping", dropping.nOut(3).dropOut(1e-9).build(), "front")
                .addLayer("output", output(), "dropping"));
    network.setInputs(images());
    network.setLabels(Nd4j.eye(2));
    network.computeGradientAndScore();
    return network.gradient().getGradientFor("front_b").amaxNumber().doubleValue();
  }

  /** A forward pass without workspaces lets it overwrite what the layer in front has given. */
  @Test
  void anActivationLayerSpoilsItsInputForOtherReaders() {
    assertThat(
            outputBesideActivation(WorkspaceMode.NONE)
                .distance2(outputBesideActivation(WorkspaceMode.ENABLED)))
        .isGreaterThan(1e-3);
  }

  private static INDArray outputBesideActivation(WorkspaceMode workspaces) {
    ComputationGraph network =
        initialised(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new NoOp())
                .inferenceWorkspaceMode(workspaces)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.feedForward(6))
                .addLayer(
                    "shared",
                    new DenseLayer.Builder().nOut(8).activation(Activation.IDENTITY).build(),
                    "input")
                .addLayer("act", new ActivationLayer(Activation.TANH), "shared")
                .addLayer("plain", dense(1), "shared")
                .addVertex("merge", new MergeVertex(), "act", "plain")
                .addLayer("output", output(), "merge"));
    return network.output(Nd4j.linspace(DataType.FLOAT, -3, 0.3, 24).reshape(4, 6))[0];
  }

  /**
   * The scale of 3 is in the gradient that goes on to the layer in front, and not in the result.
   */
  @Test
  void aLockedGammaCountsBackwardsOnly() {
    assertThat(outputBehindLocked(3)).isEqualTo(outputBehindLocked(1));
    assertThat(gradientBehindLocked(3)).isNotEqualTo(gradientBehindLocked(1));
  }

  private static INDArray outputBehindLocked(double gamma) {
    return locked(gamma).output(images())[0];
  }

  private static INDArray gradientBehindLocked(double gamma) {
    ComputationGraph network = locked(gamma);
    network.setInputs(images());
    network.setLabels(Nd4j.eye(2));
    network.computeGradientAndScore();
    return network.gradient().getGradientFor("conv_W").dup();
  }

  private static INDArray images() {
    return Nd4j.linspace(DataType.FLOAT, -1, 0.01, 64).reshape(2, 2, 4, 4);
  }

  private static ComputationGraph locked(double gamma) {
    return initialised(
        builder(DataType.FLOAT)
            .addInputs("input")
            .setInputTypes(InputType.convolutional(4, 4, 2))
            .addLayer(
                "conv",
                new ConvolutionLayer.Builder(2, 2).nOut(3).activation(Activation.TANH).build(),
                "input")
            .addLayer(
                "norm",
                new BatchNormalization.Builder().lockGammaBeta(true).gamma(gamma).build(),
                "conv")
            .addLayer("output", output(), "norm"));
  }

  private static boolean useLogStd(ComputationGraphConfiguration configuration) {
    LayerVertex vertex = (LayerVertex) configuration.getVertices().get("norm");
    return ((BatchNormalization) vertex.getLayerConf().getLayer()).isUseLogStd();
  }

  private static INDArray gradientOfTheReaderWithoutDropout(boolean dropsInPlace) {
    ComputationGraph network =
        initialised(
            builder(DataType.FLOAT)
                .addInputs("input")
                .setInputTypes(InputType.feedForward(6))
                .addLayer("shared", dense(1), "input")
                .addLayer("plain", dense(1), "shared")
                .addLayer("dropping", dense(0.5), "shared")
                .addVertex("merge", new MergeVertex(), "plain", "dropping")
                .addLayer("output", output(), "merge"));
    if (!dropsInPlace) {
      network.getLayer("dropping").allowInputModification(false);
    }
    network.setInputs(Nd4j.linspace(DataType.FLOAT, -1, 0.1, 24).reshape(4, 6));
    network.setLabels(Nd4j.create(new float[][] {{1, 0}, {0, 1}, {1, 0}, {0, 1}}));
    Nd4j.getRandom().setSeed(2);
    network.computeGradientAndScore();
    return network.gradient().getGradientFor("plain_W").dup();
  }

  private static GraphBuilder builder(DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .dataType(type)
        .updater(new NoOp())
        .graphBuilder();
  }

  private static DenseLayer dense(double keep) {
    DenseLayer.Builder layer = new DenseLayer.Builder().nOut(8).activation(Activation.TANH);
    return keep < 1 ? layer.dropOut(keep).build() : layer.build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static ComputationGraph initialised(GraphBuilder graph) {
    ComputationGraph network = new ComputationGraph(graph.setOutputs("output").build());
    network.init();
    return network;
  }
}
