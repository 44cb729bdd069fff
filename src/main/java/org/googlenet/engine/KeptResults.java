package org.googlenet.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.model.TopologicalOrder;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The results of vertices that a plan keeps, in the shapes that DL4J's listeners see.
 *
 * @param nodes of the plan by vertex, in DL4J's order
 * @param vectors vertices whose results are {@code [n, values]}, where a plan may have maps of one
 *     value
 * @param channelsLast whether maps are {@code [n, h, w, c]}
 */
record KeptResults(Map<String, String> nodes, Set<String> vectors, boolean channelsLast) {

  /** No result is kept. */
  static KeptResults none() {
    return new KeptResults(Map.of(), Set.of(), false);
  }

  /** Every vertex but the outputs, whose results DL4J does not show either. */
  static KeptResults of(
      ComputationGraphConfiguration configuration, Network network, Plan.Options options) {
    Map<String, String> nodes = new LinkedHashMap<>();
    for (String vertex : TopologicalOrder.of(configuration)) {
      if (!configuration.getNetworkOutputs().contains(vertex) && network.isNeeded(vertex)) {
        nodes.put(vertex, network.results().get(vertex));
      }
    }
    return new KeptResults(nodes, vectors(configuration, network, options), network.channelsLast());
  }

  private static Set<String> vectors(
      ComputationGraphConfiguration configuration, Network network, Plan.Options options) {
    Map<String, InputType> types = new HashMap<>();
    List<String> inputs = configuration.getNetworkInputs();
    for (int input = 0; input < inputs.size(); input++) {
      types.put(inputs.get(input), type(options.inputs().get(input), network.channelsLast()));
    }
    Set<String> vectors = new HashSet<>();
    for (String vertex : TopologicalOrder.of(configuration)) {
      if (!types.containsKey(vertex)) {
        InputType[] read =
            configuration.getVertexInputs().get(vertex).stream()
                .map(types::get)
                .toArray(InputType[]::new);
        types.put(vertex, configuration.getVertices().get(vertex).getOutputType(-1, read));
      }
      if (types.get(vertex).getType() == InputType.Type.FF) {
        vectors.add(vertex);
      }
    }
    return vectors;
  }

  private static InputType type(List<Long> shape, boolean channelsLast) {
    return shape.size() == 1
        ? InputType.feedForward(shape.get(0))
        : InputType.convolutional(
            shape.get(1),
            shape.get(2),
            shape.get(0),
            channelsLast ? CNN2DFormat.NHWC : CNN2DFormat.NCHW);
  }

  /** Names of the nodes. */
  List<String> names() {
    return new ArrayList<>(nodes.values());
  }

  /** The last step's results by vertex, of the first examples of the batch. */
  Map<String, INDArray> read(Plan plan, int examples) {
    Map<String, INDArray> results = new LinkedHashMap<>();
    nodes.forEach((vertex, node) -> results.put(vertex, read(plan, vertex, node, examples)));
    return results;
  }

  private INDArray read(Plan plan, String vertex, String node, int examples) {
    long[] shape = plan.keptShape(node);
    float[] all = plan.kept(node);
    float[] first = Arrays.copyOf(all, Math.toIntExact(all.length / shape[0] * examples));
    if (vectors.contains(vertex)) {
      return Nd4j.create(first, new long[] {examples, first.length / examples}, 'c');
    }
    shape[0] = examples;
    INDArray result = Nd4j.create(first, shape, 'c');
    return channelsLast && shape.length == 4 ? result.permute(0, 2, 3, 1).dup('c') : result;
  }
}
