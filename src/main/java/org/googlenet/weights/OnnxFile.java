package org.googlenet.weights;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.googlenet.model.Lrn;
import org.googlenet.model.Variant;
import org.googlenet.weights.OnnxGraph.Node;

/**
 * The weights of an ONNX graph, under our names: whatever its exporter called them, {@link
 * OnnxStructure} tells which node is which layer.
 *
 * <p>A batch normalisation that was folded into its convolution comes back as one with scale 1,
 * shift the convolution's bias, mean 0 and variance 1 - 0.001, so that its divisor, the root of
 * variance and epsilon, is 1 to the last bit but one of fp32.
 */
final class OnnxFile {

  /** The epsilon of the network's batch normalisations. */
  private static final float EPSILON = 1e-3f;

  private final OnnxGraph graph;
  private final OnnxStructure structure;
  private final String source;
  private final Variant variant;
  private final Map<String, Tensor> tensors = new TreeMap<>();
  private final Map<String, String> called = new HashMap<>();

  private OnnxFile(OnnxGraph graph, OnnxStructure structure, String source) {
    this.graph = graph;
    this.structure = structure;
    this.source = source;
    this.variant = variant();
  }

  /**
   * Reads a file.
   *
   * @throws WeightsProblem if it is no graph of this network, or damaged
   */
  static NetworkTensors read(ByteBuffer file, String source) {
    try {
      OnnxGraph graph = OnnxGraph.read(file, source);
      return new OnnxFile(graph, OnnxStructure.of(graph, source), source).tensors();
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new WeightsProblem(
          "%s: is a damaged ONNX file (%s); copy it again".formatted(source, e.getMessage()), e);
    }
  }

  private Variant variant() {
    if (!structure.normalisations().isEmpty() || weight("3a.5x5").shape().get(2) == 3) {
      return Variant.BATCHNORM;
    }
    return structure.passed().contains("LRN") ? Variant.LRN : Variant.PLAIN;
  }

  private NetworkTensors tensors() {
    structure
        .layers()
        .forEach(
            (name, node) -> {
              if (node.op().equals("Conv")) {
                convolution(name, node);
              } else {
                dense(name, node);
              }
            });
    Map<String, String> metadata = new TreeMap<>(ModelMetadata.ofVariant(variant));
    side().ifPresent(side -> metadata.putAll(ModelMetadata.ofSide(side)));
    metadata.putAll(graph.metadata());
    return new NetworkTensors(source, "onnx", tensors, called, List.of(), metadata, notes());
  }

  private Optional<Long> side() {
    return graph.inputs().values().stream()
        .filter(shape -> shape.size() == 4 && shape.get(2) > 0 && shape.get(2).equals(shape.get(3)))
        .map(shape -> shape.get(2))
        .findFirst();
  }

  private void convolution(String name, Node node) {
    Tensor weight = weight(name);
    if (weight.shape().size() != 4 || node.number("group", 1) != 1) {
      throw new WeightsProblem("%s: %s is no convolution of maps".formatted(source, node));
    }
    put(name + "_W", weight, node.inputs().get(1));
    int channels = weight.shape().get(0);
    Optional<Tensor> bias = node.input(2).map(this::constant);
    Tensor shift = bias.orElseGet(() -> constant(channels, 0));
    if (variant != Variant.BATCHNORM) {
      put(name + "_b", shift, node.input(2).orElse("no bias"));
      return;
    }
    String normalised = name + ParameterNames.NORMALISED;
    Node own = structure.normalisations().get(node);
    if (own == null) {
      put(normalised + "_gamma", constant(channels, 1), "folded");
      put(normalised + "_beta", shift, node.input(2).orElse("folded"));
      put(normalised + "_mean", constant(channels, 0), "folded");
      put(normalised + "_var", constant(channels, 1 - EPSILON), "folded");
    } else {
      put(normalised + "_gamma", constant(own.inputs().get(1)), own.inputs().get(1));
      put(normalised + "_beta", constant(own.inputs().get(2)), own.inputs().get(2));
      Tensor mean = constant(own.inputs().get(3));
      put(
          normalised + "_mean",
          bias.map(added -> sum(mean, added, -1, 0)).orElse(mean),
          own.inputs().get(3));
      float more = own.real("epsilon", 1e-5f) - EPSILON;
      Tensor variance = constant(own.inputs().get(4));
      put(
          normalised + "_var",
          more == 0 ? variance : sum(variance, variance, 0, more),
          own.inputs().get(4));
    }
  }

  private void dense(String name, Node node) {
    boolean isPlain =
        node.real("alpha", 1) == 1 && node.real("beta", 1) == 1 && node.number("transA", 0) == 0;
    if (!isPlain) {
      throw new WeightsProblem("%s: %s scales or transposes".formatted(source, node));
    }
    Tensor weight = weight(name);
    boolean isTransposed = node.number("transB", 0) == 1;
    put(name + "_W", isTransposed ? weight.transposed() : weight, node.inputs().get(1));
    String bias =
        Optional.ofNullable(structure.biases().get(node))
            .flatMap(
                sum -> sum.inputs().stream().filter(graph.constants()::containsKey).findFirst())
            .or(() -> node.input(2))
            .orElse("");
    int outputs = weight.shape().get(isTransposed ? 0 : 1);
    put(name + "_b", bias.isEmpty() ? constant(outputs, 0) : constant(bias), bias);
  }

  private void put(String own, Tensor tensor, String name) {
    tensors.put(own, tensor);
    called.put(own, name);
  }

  private Tensor weight(String layer) {
    return constant(structure.layers().get(layer).inputs().get(1));
  }

  private Tensor constant(String name) {
    Tensor tensor = graph.constants().get(name);
    if (tensor == null) {
      throw new WeightsProblem(
          "%s: %s is computed and not constant; export a network that is not being trained"
              .formatted(source, name));
    }
    return tensor;
  }

  private static Tensor constant(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return Tensor.of(List.of(count), values);
  }

  /** {@code one + factor * other + more}, number by number. */
  private static Tensor sum(Tensor one, Tensor other, float factor, float more) {
    if (!one.shape().equals(other.shape())) {
      throw new IllegalArgumentException(one.shape() + " and " + other.shape());
    }
    return Tensor.later(
        one.shape(),
        () -> {
          float[] values = one.values().clone();
          float[] others = other.values();
          for (int i = 0; i < values.length; i++) {
            values[i] += factor * others[i] + more;
          }
          return values;
        });
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!structure.inFront().isEmpty()) {
      notes.add(
          "what its graph does in front of the first convolution (%s) is left out: it belongs to --input"
              .formatted(String.join(", ", structure.inFront())));
    }
    if (variant == Variant.LRN) {
      graph.nodes().stream()
          .filter(node -> node.op().equals("LRN") && !isTheNetworks(node))
          .findFirst()
          .ifPresent(
              lrn ->
                  notes.add(
                      "it normalises responses by other numbers (%s) than the network (size 5, alpha 1e-4, beta 0.75, bias 1): results differ"
                          .formatted(lrn)));
    }
    boolean isOurs = graph.metadata().keySet().stream().anyMatch(ModelMetadata::isOurs);
    if (!isOurs && variant != Variant.PLAIN) {
      graph.nodes().stream()
          .filter(OnnxFile::roundsDown)
          .findFirst()
          .ifPresent(
              pool ->
                  notes.add(
                      "its max pools round down (%s), those of the network round up: maps may be smaller there, and results differ"
                          .formatted(pool)));
    }
    return notes;
  }

  /** ONNX divides alpha by the size, DL4J does not; the defaults are ONNX's. */
  private static boolean isTheNetworks(Node node) {
    Lrn own = new Lrn();
    long size = node.number("size", 0);
    return size == (long) own.getN()
        && isClose(node.real("alpha", 1e-4f) / size, own.getAlpha())
        && isClose(node.real("beta", 0.75f), own.getBeta())
        && isClose(node.real("bias", 1), own.getK());
  }

  /** Equal but for the rounding of texts and of fp32. */
  private static boolean isClose(float value, double own) {
    return Math.abs(value - own) <= 1e-5 * Math.abs(own);
  }

  private static boolean roundsDown(Node node) {
    return node.op().equals("MaxPool")
        && node.numbers("strides").stream().anyMatch(stride -> stride == 2)
        && node.number("ceil_mode", 0) == 0
        && node.numbers("pads").stream().allMatch(pad -> pad == 0);
  }
}
