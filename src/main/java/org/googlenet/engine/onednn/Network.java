package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.model.ImageInput;

/**
 * A DL4J configuration as the list of nodes that a plan is compiled from; refuses, by name, what a
 * plan cannot do.
 *
 * <p>DL4J's flat vector holds a convolution's bias and then its weights in the order out, in, rows,
 * columns, and a fully connected layer's weights in the order out, in, and then its bias.
 *
 * @param nodes every node after those it reads
 * @param outputs names of the outputs, in the configuration's order
 * @param side height and width of the images, where an {@link ImageInput} says so
 */
public record Network(List<Node> nodes, List<String> outputs, OptionalInt side) {

  public Network {
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
    Objects.requireNonNull(side, "side");
  }

  /**
   * Reads a configuration.
   *
   * @throws UnsupportedNetwork if it has a part that a plan cannot do
   */
  public static Network of(ComputationGraphConfiguration configuration) {
    return new NetworkReader(configuration).read();
  }

  /** The nodes that the first {@code heads} outputs need. */
  List<Node> nodesOf(int heads) {
    List<String> needed = new ArrayList<>(outputs.subList(0, heads));
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
