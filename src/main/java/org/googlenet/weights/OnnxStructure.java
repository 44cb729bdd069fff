package org.googlenet.weights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.googlenet.weights.OnnxGraph.Node;

/**
 * Finds which node of an ONNX graph is which layer of the network, by how they are connected:
 * exporters fold batch normalisations away and rename what they like, but a block's concatenation
 * has its branches in the network's order, or the layers behind it would not fit.
 *
 * <p>A block is a concatenation of four branches that begin at one place: a convolution, two
 * convolutions, two convolutions, a pool and a convolution. The first block begins behind the third
 * convolution, each of the others behind the one before. A head is a fully connected layer behind
 * the last block, or two behind a convolution that reads 4a or 4d.
 */
final class OnnxStructure {

  /** What leaves the numbers' places as they are, or is not of interest here. */
  private static final Set<String> PASSED =
      Set.of(
          "Relu",
          "Dropout",
          "Identity",
          "Cast",
          "LRN",
          "MaxPool",
          "AveragePool",
          "GlobalAveragePool",
          "ReduceMean",
          "Pad",
          "Flatten",
          "Reshape",
          "Squeeze",
          "Softmax",
          "LogSoftmax");

  /** What an average over windows that are not of one size is exported as, beside those. */
  private static final Set<String> OF_ADAPTIVE_POOL = Set.of("MatMul", "Slice", "Concat");

  private final OnnxGraph graph;
  private final String source;
  private final Map<String, Node> producers = new HashMap<>();
  private final Map<String, Node> layers = new LinkedHashMap<>();
  private final Map<Node, Node> normalisations = new HashMap<>();
  private final Map<Node, Node> biases = new HashMap<>();
  private final Map<Node, String> blocks = new HashMap<>();
  private final Set<String> passed = new HashSet<>();

  /** A block that was found: where it begins, and the layers of its branches. */
  private record Block(Node from, Node concatenation, List<Node> convolutions) {}

  private OnnxStructure(OnnxGraph graph, String source) {
    this.graph = graph;
    this.source = source;
    for (Node node : graph.nodes()) {
      node.outputs().forEach(output -> producers.putIfAbsent(output, node));
    }
    graph.nodes().stream().filter(node -> node.op().equals("Add")).forEach(this::findBias);
  }

  /**
   * @throws WeightsProblem if the graph is not one of this network
   */
  static OnnxStructure of(OnnxGraph graph, String source) {
    OnnxStructure structure = new OnnxStructure(graph, source);
    structure.findBlocks();
    structure.findHeads();
    return structure;
  }

  /** The node of each layer with parameters, by the layer's name. */
  Map<String, Node> layers() {
    return layers;
  }

  /** The batch normalisation behind each convolution that has one. */
  Map<Node, Node> normalisations() {
    return normalisations;
  }

  /** The node that adds the bias behind each {@code MatMul}. */
  Map<Node, Node> biases() {
    return biases;
  }

  /** The kinds of nodes between layers. */
  Set<String> passed() {
    return passed;
  }

  private void findBlocks() {
    Map<Node, Block> byStart = new HashMap<>();
    Block first = null;
    for (Node node : graph.nodes()) {
      Block block = node.op().equals("Concat") ? block(node) : null;
      if (block != null) {
        byStart.put(block.from(), block);
        first = block.from().op().equals("Conv") ? block : first;
      }
    }
    if (first == null) {
      throw refused("no inception block, a concatenation of four branches, follows a convolution");
    }
    stem(first.from());
    Node from = first.from();
    for (String name : ParameterNames.BLOCKS) {
      Block block = byStart.get(from);
      if (block == null) {
        throw refused("it has no inception block " + name);
      }
      enter(name, block);
      from = block.concatenation();
    }
  }

  private void stem(Node third) {
    Node second = behind(third);
    Node first = second == null ? null : behind(second);
    if (first == null || !first.op().equals("Conv") || !second.op().equals("Conv")) {
      throw refused("its first block does not follow three convolutions");
    }
    layers.put("conv1", first);
    layers.put("conv2", second);
    layers.put("conv3", third);
  }

  private void enter(String name, Block block) {
    List<String> branches =
        List.of("1x1", "3x3.reduce", "3x3", "5x5.reduce", "5x5", "pool.project");
    for (int i = 0; i < branches.size(); i++) {
      layers.put(name + "." + branches.get(i), block.convolutions().get(i));
    }
    blocks.put(block.concatenation(), name);
  }

  /** The block that a concatenation ends; null if it ends none. */
  private Block block(Node concatenation) {
    if (concatenation.inputs().size() != 4) {
      return null;
    }
    List<Node> ends = new ArrayList<>();
    for (String input : concatenation.inputs()) {
      Node end = end(input, Set.of());
      if (end == null || !end.op().equals("Conv")) {
        return null;
      }
      ends.add(end);
    }
    Node reduce3x3 = behind(ends.get(1));
    Node reduce5x5 = behind(ends.get(2));
    Node from = behind(ends.get(0));
    boolean isBlock =
        from != null
            && reduce3x3 != null
            && reduce5x5 != null
            && reduce3x3.op().equals("Conv")
            && reduce5x5.op().equals("Conv")
            && from.equals(behind(reduce3x3))
            && from.equals(behind(reduce5x5))
            && from.equals(behind(ends.get(3)));
    return isBlock
        ? new Block(
            from,
            concatenation,
            List.of(ends.get(0), reduce3x3, ends.get(1), reduce5x5, ends.get(2), ends.get(3)))
        : null;
  }

  private void findHeads() {
    for (Node node : graph.nodes()) {
      if (isDense(node)) {
        head(node);
      }
    }
    if (!layers.containsKey("main")) {
      throw refused("no fully connected layer follows its last block");
    }
  }

  /** Enters the layers of a head, if this is its classifier. */
  private void head(Node classifier) {
    Node before = behind(classifier);
    if ("5b".equals(blocks.get(before))) {
      layers.put("main", classifier);
    } else if (before != null && isDense(before)) {
      Node convolution = behind(before);
      boolean isConvolution = convolution != null && convolution.op().equals("Conv");
      Node block = isConvolution ? end(convolution.inputs().get(0), OF_ADAPTIVE_POOL) : null;
      String aux =
          switch (blocks.getOrDefault(block, "")) {
            case "4a" -> "aux1";
            case "4d" -> "aux2";
            default -> throw refused(classifier + " is the classifier of no head of it");
          };
      layers.put(aux + ".conv", convolution);
      layers.put(aux + ".fc1", before);
      layers.put(aux, classifier);
    }
  }

  /** Whether a node multiplies vectors by a constant matrix. */
  private boolean isDense(Node node) {
    return (node.op().equals("Gemm") && isConstant(node, 1, 2)) || biases.containsKey(node);
  }

  private boolean isConstant(Node node, int input, int dimensions) {
    return node.input(input)
        .map(graph.constants()::get)
        .filter(constant -> constant.shape().size() == dimensions)
        .isPresent();
  }

  /** Looks for the addition of a constant vector behind a {@code MatMul}. */
  private void findBias(Node addition) {
    for (int i = 0; i < 2; i++) {
      Node matrix = producers.get(addition.input(i).orElse(""));
      boolean isMatrix = matrix != null && matrix.op().equals("MatMul") && isConstant(matrix, 1, 2);
      if (isMatrix && isConstant(addition, 1 - i, 1)) {
        biases.put(matrix, addition);
      }
    }
  }

  /** The layer or concatenation that a layer reads; null for the network's input. */
  private Node behind(Node layer) {
    return end(layer.inputs().get(0), Set.of());
  }

  /** The layer or concatenation that a tensor comes from; null for the network's input. */
  private Node end(String tensor, Set<String> alsoPassed) {
    String at = tensor;
    Node normalisation = null;
    for (int steps = 0; steps <= graph.nodes().size(); steps++) {
      Node node = producers.get(at);
      if (node == null) {
        return null;
      }
      boolean isBias = biases.containsValue(node);
      if (node.op().equals("BatchNormalization")) {
        normalisation = node;
      } else if (!isBias && !isPassed(node, alsoPassed)) {
        if (normalisation != null && node.op().equals("Conv")) {
          normalisations.put(node, normalisation);
        }
        return node;
      }
      passed.add(node.op());
      at = node.inputs().stream().filter(input -> !isConstant(input)).findFirst().orElse("");
    }
    throw refused("its nodes form a circle");
  }

  private boolean isPassed(Node node, Set<String> alsoPassed) {
    return PASSED.contains(node.op())
        || (alsoPassed.contains(node.op()) && !blocks.containsKey(node));
  }

  private boolean isConstant(String tensor) {
    return graph.constants().containsKey(tensor);
  }

  /** The nodes between the network's input and its first convolution. */
  List<String> inFront() {
    List<String> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    List<String> waiting = new ArrayList<>(List.of(layers.get("conv1").inputs().get(0)));
    while (!waiting.isEmpty()) {
      Node node = producers.get(waiting.remove(waiting.size() - 1));
      if (node != null && seen.add(node.outputs().get(0))) {
        found.add(node.op());
        waiting.addAll(node.inputs());
      }
    }
    return found.stream().distinct().sorted().toList();
  }

  private WeightsProblem refused(String because) {
    return new WeightsProblem(
        "%s: its graph is no GoogLeNet: %s; name one that torchvision, Caffe or this program made"
            .formatted(source, because));
  }
}
