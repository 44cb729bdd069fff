package org.googlenet.engine;

import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.params.provider.Arguments;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks of maps, around the layers that a test compares with DL4J's. */
final class MapNetworks {

  static final long[] IMAGE = {3, 9, 10};

  private static final int CLASSES = 3;

  private MapNetworks() {}

  /** A case of a parameterised test. */
  static Arguments layers(String what, Consumer<GraphBuilder> layers) {
    return Arguments.of(what, layers);
  }

  /** A 3x3 convolution of six channels that keeps the maps' size. */
  static ConvolutionLayer convolution(IActivation function) {
    return new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(6).activation(function).build();
  }

  /** A convolution {@code conv}, the layers up to {@code last}, and a softmax. */
  static FitComparison network(Consumer<GraphBuilder> layers) {
    return builtOf(
        graph ->
            layers.accept(
                graph.addLayer(
                    "conv", convolution(Activation.IDENTITY.getActivationFunction()), "input")));
  }

  /** The layers up to {@code last}, and a softmax. */
  static FitComparison builtOf(Consumer<GraphBuilder> layers) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .weightInit(WeightInit.XAVIER)
            .biasInit(0.1)
            .updater(new Nesterovs(0.001, 0.9))
            .l2(1e-3)
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(InputType.convolutional(IMAGE[1], IMAGE[2], IMAGE[0]));
    layers.accept(graph);
    return new FitComparison(
        graph
            .addLayer(
                "output",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "last")
            .setOutputs("output")
            .build(),
        List.of(IMAGE[0], IMAGE[1], IMAGE[2]),
        CLASSES);
  }
}
