package org.googlenet.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/**
 * An output of a network, with the layers that serve it alone; it has its own loss, accuracy and
 * health.
 *
 * @param name of its output layer, the classifier
 * @param lossWeight factor of its loss in the total
 * @param layers its own layers with parameters, in their order in the network: the classifier, and
 *     those named after the head, such as {@code aux1.fc1}
 * @param reluLayers the layers whose ReLU units feed the classifier through nothing but pools,
 *     dropouts and merges, one unit per bias; empty if anything else feeds it
 */
public record Head(String name, double lossWeight, List<String> layers, List<String> reluLayers) {

  public Head {
    layers = List.copyOf(layers);
    reluLayers = List.copyOf(reluLayers);
  }

  /** The heads of a network, in the order of its outputs. */
  public static List<Head> of(ComputationGraphConfiguration configuration) {
    List<String> order = TopologicalOrder.of(configuration);
    return configuration.getNetworkOutputs().stream()
        .map(
            name ->
                new Head(
                    name,
                    lossWeight(configuration.getVertices().get(name)),
                    order.stream()
                        .filter(vertex -> vertex.equals(name) || vertex.startsWith(name + "."))
                        .filter(vertex -> hasParameters(configuration, vertex))
                        .toList(),
                    unitsBefore(configuration, name).orElse(List.of())))
        .toList();
  }

  /** The names of some heads, in their order. */
  public static List<String> names(List<Head> heads) {
    return heads.stream().map(Head::name).toList();
  }

  private static double lossWeight(GraphVertex output) {
    return output instanceof LayerVertex vertex
            && vertex.getLayerConf().getLayer() instanceof BaseOutputLayer layer
            && layer.getLossFn() instanceof WeightedLoss loss
        ? loss.weight()
        : 1;
  }

  private static boolean hasParameters(ComputationGraphConfiguration configuration, String name) {
    GraphVertex vertex = configuration.getVertices().get(name);
    return vertex != null && vertex.numParams(true) > 0;
  }

  /** The ReLU layers that a vertex reads; empty if it reads anything else. */
  private static Optional<List<String>> unitsBefore(
      ComputationGraphConfiguration configuration, String vertex) {
    List<String> all = new ArrayList<>();
    for (String input : configuration.getVertexInputs().get(vertex)) {
      Optional<List<String>> units = units(configuration, input);
      if (units.isEmpty()) {
        return units;
      }
      all.addAll(units.get());
    }
    return Optional.of(all);
  }

  private static Optional<List<String>> units(
      ComputationGraphConfiguration configuration, String name) {
    GraphVertex vertex = configuration.getVertices().get(name);
    if (vertex instanceof MergeVertex) {
      return unitsBefore(configuration, name);
    }
    if (vertex instanceof LayerVertex layer) {
      return hasParameters(configuration, name)
          ? Optional.of(List.of(name)).filter(only -> isRelu(layer.getLayerConf().getLayer()))
          : unitsBefore(configuration, name);
    }
    return Optional.empty();
  }

  private static boolean isRelu(Layer layer) {
    return layer instanceof BaseLayer base
        && base.getActivationFn() instanceof ActivationReLU
        && base.initializer().biasKeys(base).contains(DefaultParamInitializer.BIAS_KEY);
  }
}
