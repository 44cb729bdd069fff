package org.googlenet.engine.onednn;

import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/** Which vertices of a configuration read which, and what that says of them. */
record VertexReaders(ComputationGraphConfiguration configuration) {

  /** Names of the vertices that read one. */
  Stream<String> of(String vertex) {
    return configuration.getVertexInputs().entrySet().stream()
        .filter(entry -> entry.getValue().contains(vertex))
        .map(Map.Entry::getKey);
  }

  /** Whether a vertex is the softmax in front of a loss that adds no activation. */
  boolean isSoftmaxOfLoss(String vertex) {
    return of(vertex).findFirst().filter(this::isBehindSoftmax).isPresent();
  }

  /**
   * Whether a vertex is a loss that alone reads a softmax, of a fully connected layer as models of
   * Keras end or by itself, and adds no activation.
   */
  boolean isBehindSoftmax(String vertex) {
    if (!(layer(vertex) instanceof LossLayer loss)
        || !(loss.getActivationFn() instanceof ActivationIdentity)
        || loss.getIDropout() != null) {
      return false;
    }
    String input = configuration.getVertexInputs().get(vertex).get(0);
    IActivation function =
        layer(input) instanceof DenseLayer dense
            ? dense.getActivationFn()
            : layer(input) instanceof ActivationLayer activation
                ? activation.getActivationFn()
                : null;
    return function instanceof ActivationSoftmax && of(input).count() == 1;
  }

  /** Null of another vertex than a layer. */
  private Layer layer(String vertex) {
    return configuration.getVertices().get(vertex) instanceof LayerVertex layer
        ? layer.getLayerConf().getLayer()
        : null;
  }
}
