package org.googlenet.engine.onednn;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
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

  /**
   * Checks the shape of an example.
   *
   * @throws IllegalArgumentException if a number is too small, or a batch has more than 2^31 - 1
   *     values
   */
  static void require(int batch, List<Long> shape) {
    if ((shape.size() != 3 && shape.size() != 1) || shape.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          "image: "
              + shape
              + ": give channels, height and width, or a vector's length, each at least 1");
    }
    double values = shape.stream().reduce((double) batch, (a, b) -> a * b, (a, b) -> a * b);
    if (values > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a batch of %d images of %s: has more than %d values; take a smaller batch",
              batch,
              shape,
              Integer.MAX_VALUE));
    }
  }

  /** The shapes of a batch by the input's name. */
  static Map<String, long[]> ofBatch(Plan.Options options, Network network) {
    List<List<Long>> inputs = options.inputs();
    if (inputs.size() != network.inputs().size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "shapes of %d inputs: the network has %s",
              inputs.size(),
              network.inputs().stream().map(Network.Input::name).toList()));
    }
    Map<String, long[]> shapes = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      long[] shape =
          LongStream.concat(
                  LongStream.of(options.batch()), inputs.get(i).stream().mapToLong(Long::longValue))
              .toArray();
      shapes.put(network.inputs().get(i).name(), shape);
    }
    return shapes;
  }
}
