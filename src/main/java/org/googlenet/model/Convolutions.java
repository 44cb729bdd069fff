package org.googlenet.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.nd4j.linalg.activations.Activation;

/**
 * Adds convolutions to a graph, each with what a variant has behind it: a ReLU of its own, or the
 * vertices {@code X.bn} and {@code X.relu}.
 *
 * <p>The ReLU has a vertex, since DL4J ignores the activation of a batch normalisation.
 */
record Convolutions(GraphBuilder graph, Variant variant) {

  /**
   * A convolution with stride 1 that keeps the map's side.
   *
   * @param kernel height and width of its window, odd
   * @return the vertex that has its result behind the ReLU
   */
  String add(String name, int channels, int kernel, String input) {
    return add(name, channels, kernel, 1, null, input);
  }

  /**
   * The same with another stride, behind a preprocessor.
   *
   * @param preprocessor null for none
   */
  String add(
      String name,
      int channels,
      int kernel,
      int stride,
      InputPreProcessor preprocessor,
      String input) {
    boolean normalised = variant == Variant.BATCHNORM;
    Activation activation = normalised ? Activation.IDENTITY : Activation.RELU;
    graph.addLayer(
        name,
        Layers.convolution(channels, kernel, stride, !normalised, activation),
        preprocessor,
        input);
    if (!normalised) {
      return name;
    }
    graph
        .addLayer(name + ".bn", new BatchNorm(), name)
        .addLayer(name + ".relu", new ActivationLayer(Activation.RELU), name + ".bn");
    return name + ".relu";
  }
}
