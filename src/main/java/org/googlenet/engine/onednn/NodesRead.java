package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.googlenet.engine.onednn.kernel.Activation;

/** The nodes that were read so far, and which of them holds the result of each vertex. */
final class NodesRead {

  private final Set<String> vertices;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, String> results = new HashMap<>();
  private final Set<String> collapsed = new HashSet<>();

  /**
   * Without any node.
   *
   * @param vertices names that a part of a vertex must not have
   */
  NodesRead(Set<String> vertices) {
    this.vertices = vertices;
  }

  /** Comes to a vertex, whose result is the node of its name unless it turns out otherwise. */
  void reach(String vertex) {
    results.put(vertex, vertex);
  }

  boolean isReached(String vertex) {
    return results.containsKey(vertex);
  }

  /** Whether a node holds a vertex's result. */
  boolean isRead(String vertex) {
    return find(results.get(vertex)).isPresent();
  }

  /** Name of the node that holds a vertex's result. */
  String result(String vertex) {
    return results.get(vertex);
  }

  /** A name for a part of a vertex, which neither a vertex nor another node has. */
  String part(String vertex, String what) {
    String name = vertex + "." + what;
    while (vertices.contains(name) || find(name).isPresent()) {
      name += "'";
    }
    return name;
  }

  /** Adds a part of a vertex. */
  void add(Node node) {
    if (find(node.name()).isPresent()) {
      throw new IllegalStateException("two nodes are called " + node.name());
    }
    nodes.add(node);
  }

  /** Adds the node that holds a vertex's result. */
  void add(String vertex, Node node) {
    add(node);
    pass(vertex, node.name());
  }

  /** Says which node holds a vertex's result. */
  void pass(String vertex, String node) {
    results.put(vertex, node);
  }

  /**
   * Says that a vertex's result, which is vectors in DL4J, is maps of one value here, as a global
   * pool has them.
   */
  void collapse(String vertex) {
    collapsed.add(vertex);
  }

  boolean isCollapsed(String vertex) {
    return collapsed.contains(vertex);
  }

  /** Says that a vertex's own result is not computed. */
  void leaveOut(String vertex) {
    results.remove(vertex);
  }

  /**
   * Applies functions to a node's result, which becomes that of the layer: the first one in the
   * node's own kernel, if that can be.
   *
   * @param alone whether nothing else reads the node
   */
  void activate(String layer, String node, boolean alone, List<Activation> functions) {
    String result = node;
    for (Activation function : functions) {
      Optional<Node> both =
          alone && function.undoneFromResult()
              ? find(result).flatMap(found -> found.with(function))
              : Optional.empty();
      if (both.isPresent()) {
        nodes.set(nodes.indexOf(find(result).orElseThrow()), both.get());
      } else {
        String behind = part(layer, function.function().name().toLowerCase(Locale.ROOT));
        add(new ActivationNode(behind, result, function));
        result = behind;
      }
    }
    pass(layer, result);
  }

  private Optional<Node> find(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  List<Node> nodes() {
    return List.copyOf(nodes);
  }

  /** The node that holds each vertex's result, by the vertex. */
  Map<String, String> results() {
    return Map.copyOf(results);
  }
}
