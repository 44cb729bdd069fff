package org.googlenet.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;

/** A small network with a batch normalisation, for tests. */
public final class Normalised {

  /** Height and width of its images. */
  public static final int SIDE = 8;

  /** Number of its classes. */
  public static final int CLASSES = 3;

  private Normalised() {}

  /** A convolution {@code conv}, its normalisation {@code norm} and a softmax {@code output}. */
  public static ComputationGraphConfiguration network(MomentumSgd sgd, double weightDecay) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .updater(sgd)
        .l2(weightDecay)
        .graphBuilder()
        .addInputs("input")
        .setInputTypes(InputType.convolutional(SIDE, SIDE, 3))
        .addLayer(
            "conv",
            new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.IDENTITY).build(),
            "input")
        .addLayer("norm", new BatchNormalization(), "conv")
        .addLayer("output", softmax(), "norm")
        .setOutputs("output")
        .build();
  }

  static OutputLayer softmax() {
    return new OutputLayer.Builder(new WeightedLoss(1))
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
