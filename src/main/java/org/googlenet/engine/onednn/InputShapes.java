package org.googlenet.engine.onednn;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.googlenet.model.ImageInput;

/** Finds out which shape a configuration's inputs have; DL4J does not keep their types. */
final class InputShapes {

  private InputShapes() {}

  /** The dimensions of an example of an input; empty if no layer that reads it tells them. */
  static Optional<List<Long>> of(ComputationGraphConfiguration configuration, String input) {
    return configuration.getVertexInputs().entrySet().stream()
        .filter(vertex -> vertex.getValue().contains(input))
        .map(vertex -> configuration.getVertices().get(vertex.getKey()))
        .filter(LayerVertex.class::isInstance)
        .map(vertex -> readBy((LayerVertex) vertex))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<List<Long>> readBy(LayerVertex vertex) {
    InputPreProcessor processor = vertex.getPreProcessor();
    if (processor instanceof ImageInput image) {
      long side = image.side();
      return Optional.of(List.of(3L, side, side));
    }
    if (processor instanceof FeedForwardToCnnPreProcessor map) {
      return Optional.of(
          List.of(map.getNumChannels() * map.getInputHeight() * map.getInputWidth()));
    }
    if (processor instanceof CnnToFeedForwardPreProcessor map) {
      return Optional.of(List.of(map.getNumChannels(), map.getInputHeight(), map.getInputWidth()));
    }
    return processor == null && vertex.getLayerConf().getLayer() instanceof DenseLayer dense
        ? Optional.of(List.of(dense.getNIn()))
        : Optional.empty();
  }
}
