package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * A DL4J configuration as the list of nodes that a plan is compiled from; refuses, by name, what a
 * plan cannot do.
 *
 * <p>DL4J's flat vector holds a convolution's bias and then its weights in the order out, in, rows,
 * columns, and a fully connected layer's weights in the order out, in, and then its bias.
 *
 * @param nodes every node after those it reads
 * @param inputs the inputs, in the configuration's order
 * @param outputs the outputs, in the configuration's order
 * @param results by vertex of the configuration, the node that has its result
 * @param frozen the nodes whose parameters stay as they are
 * @param channelsLast whether the configuration's maps are {@code [n, h, w, c]}; those of the nodes
 *     are {@code [n, c, h, w]}
 */
public record Network(
    List<Node> nodes,
    List<Input> inputs,
    List<Output> outputs,
    Map<String, String> results,
    Set<String> frozen,
    boolean channelsLast) {

  /**
   * An input of a network.
   *
   * @param shape channels, height and width, or the number of values of a vector; empty if the
   *     configuration does not say
   */
  public record Input(String name, Optional<List<Long>> shape) {

    public Input {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(shape, "shape");
    }
  }

  public Network {
    nodes = List.copyOf(nodes);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    results = Map.copyOf(results);
    frozen = Set.copyOf(frozen);
  }

  /**
   * Reads a configuration.
   *
   * @throws UnsupportedNetwork if it has parts that a plan cannot do; the message names all of them
   */
  public static Network of(ComputationGraphConfiguration configuration) {
    return read(configuration, true);
  }

  /**
   * The same with a node for the result of each vertex, where {@link #of} has a layer's kernel
   * apply the activation layer behind it.
   */
  public static Network ofAllVertices(ComputationGraphConfiguration configuration) {
    return read(configuration, false);
  }

  private static Network read(ComputationGraphConfiguration configuration, boolean joins) {
    boolean channelsLast = ChannelsLast.isIn(configuration);
    ComputationGraphConfiguration first =
        channelsLast ? ChannelsLast.toFirst(configuration) : configuration;
    return new NetworkReader(first, joins).read(channelsLast);
  }

  /**
   * Checks that images with a label each are all that it needs: one input, and outputs with softmax
   * cross entropy.
   *
   * @throws UnsupportedNetwork if it is not so
   */
  public void requireLabelledImages() {
    List<UnsupportedNetwork> refusals = new ArrayList<>();
    inputs.stream()
        .skip(1)
        .forEach(input -> refusals.add(new UnsupportedNetwork(input.name(), "a second input")));
    if (channelsLast) {
      refusals.add(new UnsupportedNetwork(inputs.get(0).name(), "data format NHWC"));
    }
    outputs.stream()
        .filter(output -> output.softmaxWeight().isEmpty())
        .forEach(output -> refusals.add(new UnsupportedNetwork(output.name(), output.what())));
    if (!refusals.isEmpty()) {
      throw UnsupportedNetwork.of(refusals);
    }
  }

  /** The names of the outputs. */
  List<String> heads() {
    return outputs.stream().map(Output::name).toList();
  }

  /** Whether an output needs the result of a vertex. */
  public boolean isNeeded(String vertex) {
    Objects.requireNonNull(vertex, "vertex");
    return nodesOf(outputs.size()).stream()
        .anyMatch(node -> node.name().equals(results.get(vertex)));
  }

  /**
   * Whether the result for one example of a training step depends on the others, so that a plan
   * must not be given examples that do not count.
   */
  public boolean mixesExamples() {
    return nodes.stream().anyMatch(Node::mixesExamples);
  }

  /** The nodes that the first {@code heads} outputs need. */
  List<Node> nodesOf(int heads) {
    List<String> needed = new ArrayList<>(heads().subList(0, heads));
    List<Node> found = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (needed.contains(node.name())) {
        found.add(0, node);
        needed.addAll(node.inputs());
      }
    }
    return found;
  }
}
