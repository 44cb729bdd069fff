package org.googlenet.weights;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The graph of an ONNX file: its nodes, and the tensors that are constant in it, whether they are
 * initialisers or what simple nodes make of these. After {@code onnx.proto} of {@code
 * github.com/onnx/onnx}.
 *
 * @param nodes in the file's order
 * @param constants by name
 * @param inputs the shape of each input that is not constant; -1 for what is not fixed
 * @param metadata texts by name
 */
record OnnxGraph(
    List<Node> nodes,
    Map<String, Tensor> constants,
    Map<String, List<Long>> inputs,
    Map<String, String> metadata) {

  private static final int MOST_DIMENSIONS = 32;
  private static final int MOST_NUMBERS = 1 << 16;
  private static final int MOST_NODES = 10_000;
  private static final int EXTERNAL = 1;
  private static final int INT64 = 7;
  private static final int INT32_DATA = 5;

  /** A node: what it does to which tensors. */
  record Node(
      String name, String op, List<String> inputs, List<String> outputs, ProtoMessage message) {

    /** An input, if there is one at this place. */
    Optional<String> input(int index) {
      return index < inputs.size() && !inputs.get(index).isEmpty()
          ? Optional.of(inputs.get(index))
          : Optional.empty();
    }

    private Optional<ProtoMessage> attribute(String attribute) {
      return message.messages(5).stream()
          .filter(each -> each.text(1).equals(attribute))
          .findFirst();
    }

    long number(String attribute, long otherwise) {
      return attribute(attribute).flatMap(found -> found.number(3)).orElse(otherwise);
    }

    float real(String attribute, float otherwise) {
      return attribute(attribute).flatMap(found -> found.real(2)).orElse(otherwise);
    }

    List<Long> numbers(String attribute) {
      return attribute(attribute).map(found -> found.numbers(8, MOST_DIMENSIONS)).orElse(List.of());
    }

    private Optional<ProtoMessage> tensor(String attribute) {
      return attribute(attribute).flatMap(found -> found.message(5));
    }

    @Override
    public String toString() {
      return op + " " + (name.isEmpty() ? String.join(",", outputs) : name);
    }
  }

  /** Whether a message is a model of ONNX: a version and a graph. */
  static boolean isOne(ProtoMessage file) {
    return file.isWellFormed()
        && file.number(1).isPresent()
        && file.message(7).filter(graph -> graph.isWellFormed()).isPresent();
  }

  /**
   * Reads a file.
   *
   * @throws WeightsProblem if it keeps its tensors in another file
   * @throws IllegalArgumentException if it contradicts itself
   */
  static OnnxGraph read(ByteBuffer file, String source) {
    ProtoMessage model = new ProtoMessage(file);
    ProtoMessage graph = model.message(7).orElseThrow();
    Map<String, ProtoMessage> initialisers = new HashMap<>();
    for (ProtoMessage tensor : graph.messages(5)) {
      initialisers.put(tensor.text(8), tensor);
    }
    Map<String, Tensor> constants = new HashMap<>();
    initialisers.forEach((name, tensor) -> constants.put(name, tensor(tensor, name, source)));
    List<Node> nodes = new ArrayList<>();
    for (ProtoMessage message : graph.messages(1)) {
      if (nodes.size() == MOST_NODES) {
        throw new IllegalArgumentException("more than " + MOST_NODES + " nodes");
      }
      Node node =
          new Node(message.text(3), message.text(4), message.texts(1), message.texts(2), message);
      Optional<Tensor> constant = constant(node, constants, initialisers, source);
      if (constant.isPresent() && !node.outputs().isEmpty()) {
        constants.put(node.outputs().get(0), constant.get());
        node.tensor("value").ifPresent(value -> initialisers.put(node.outputs().get(0), value));
      } else {
        nodes.add(node);
      }
    }
    Map<String, String> metadata = new TreeMap<>();
    model.messages(14).forEach(entry -> metadata.put(entry.text(1), entry.text(2)));
    return new OnnxGraph(nodes, constants, inputs(graph, constants), metadata);
  }

  private static Map<String, List<Long>> inputs(ProtoMessage graph, Map<String, Tensor> constants) {
    Map<String, List<Long>> inputs = new TreeMap<>();
    for (ProtoMessage input : graph.messages(11)) {
      if (!constants.containsKey(input.text(1))) {
        List<Long> shape =
            input
                .message(2)
                .flatMap(type -> type.message(1))
                .flatMap(tensor -> tensor.message(2))
                .map(
                    dimensions ->
                        dimensions.messages(1).stream()
                            .map(dimension -> dimension.number(1).orElse(-1L))
                            .toList())
                .orElse(List.of());
        inputs.put(input.text(1), shape);
      }
    }
    return inputs;
  }

  private static Tensor tensor(ProtoMessage tensor, String name, String source) {
    if (tensor.number(14).orElse(0L) == EXTERNAL) {
      throw new WeightsProblem(
          "%s: %s is in another file; save all in one: onnx.save(onnx.load(FILE), 'one.onnx'), or torch.onnx.export(..., external_data=False)"
              .formatted(source, name));
    }
    List<Integer> shape = Tensor.shape(tensor.numbers(1, MOST_DIMENSIONS));
    long number = tensor.number(2).orElse(0L);
    Optional<ElementType> type = ElementType.ofOnnx(number);
    if (type.isEmpty()) {
      return Tensor.unreadable(shape, "of ONNX's type " + number);
    }
    Optional<ByteBuffer> raw = tensor.bytes(9);
    if (raw.isPresent()) {
      return Tensor.of(shape, type.get(), raw.get());
    }
    return typed(tensor, name, shape, type.get());
  }

  /** The values in the field of their type; those of 16 bits are whole numbers with these bits. */
  private static Tensor typed(
      ProtoMessage tensor, String name, List<Integer> shape, ElementType type) {
    boolean isOf16Bits = type.bytes() == Short.BYTES;
    int field = type == ElementType.FLOAT64 ? 10 : 4;
    long count = isOf16Bits ? countOfNumbers(tensor) : tensor.count(field, type.bytes());
    if (count != Tensor.count(shape)) {
      throw new IllegalArgumentException(name + " of shape " + shape + " has other values");
    }
    return Tensor.later(
        shape, () -> isOf16Bits ? of16Bits(tensor, (int) count, type) : tensor.reals(field, type));
  }

  private static long countOfNumbers(ProtoMessage tensor) {
    long[] count = {0};
    tensor.forEachNumber(INT32_DATA, bits -> count[0]++);
    return count[0];
  }

  private static float[] of16Bits(ProtoMessage tensor, int count, ElementType type) {
    FloatBuffer values = FloatBuffer.allocate(count);
    tensor.forEachNumber(INT32_DATA, bits -> values.put(type.of((short) bits)));
    return values.array();
  }

  /** What a node makes of constants, where that is one. */
  private static Optional<Tensor> constant(
      Node node,
      Map<String, Tensor> constants,
      Map<String, ProtoMessage> initialisers,
      String source) {
    Optional<Tensor> first = node.input(0).map(constants::get);
    return switch (node.op()) {
      case "Constant" ->
          Optional.of(
              node.tensor("value")
                  .map(value -> tensor(value, node.toString(), source))
                  .orElseGet(() -> Tensor.unreadable(List.of(), "no tensor")));
      case "ConstantOfShape" ->
          node.input(0).map(initialisers::get).map(shape -> filled(node, shape, source));
      case "Identity" -> first;
      case "Transpose" ->
          first
              .filter(tensor -> tensor.shape().size() == 2)
              .map(
                  tensor ->
                      node.numbers("perm").equals(List.of(0L, 1L)) ? tensor : tensor.transposed());
      case "Reshape", "Squeeze", "Unsqueeze", "Flatten" ->
          first.map(tensor -> tensor.reshaped(withoutOnes(tensor.shape())));
      default -> Optional.empty();
    };
  }

  /** Reshaping is taken to leave ones out or put them in, as exporters do in front of a Gemm. */
  private static List<Integer> withoutOnes(List<Integer> shape) {
    return shape.stream().filter(dimension -> dimension != 1).toList();
  }

  private static Tensor filled(Node node, ProtoMessage shape, String source) {
    List<Integer> dimensions = Tensor.shape(longs(shape));
    long count = Tensor.count(dimensions);
    Tensor value =
        node.tensor("value")
            .map(one -> tensor(one, node.toString(), source))
            .orElse(Tensor.of(List.of(1), new float[1]));
    if (Tensor.count(value.shape()) != 1) {
      throw new IllegalArgumentException(node + " has values of shape " + value.shape());
    }
    return Tensor.later(
        dimensions,
        () -> {
          float[] values = new float[(int) count];
          Arrays.fill(values, value.values()[0]);
          return values;
        });
  }

  private static List<Long> longs(ProtoMessage tensor) {
    if (tensor.number(2).orElse(0L) != INT64) {
      throw new IllegalArgumentException("a shape that is no list of numbers");
    }
    Optional<ByteBuffer> raw = tensor.bytes(9);
    if (raw.isEmpty()) {
      return tensor.numbers(INT64, MOST_NUMBERS);
    }
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < Math.min(raw.get().limit() / Long.BYTES, MOST_DIMENSIONS); i++) {
      numbers.add(raw.get().getLong(i * Long.BYTES));
    }
    return numbers;
  }
}
