package org.googlenet.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * One file of numbers that another framework computed in float64 for this network, with weights,
 * images and labels that a formula gives (SplitMix64 over the tensor's number and the flat index).
 *
 * @param name of the file
 * @param variant of the network
 * @param seed of the formula
 * @param side of the images in pixels
 * @param pixels what the images are multiplied by
 * @param classifier what the classifiers' weights are multiplied by
 * @param tensors every parameter, in the order that numbers them in the formula
 * @param expected the file's {@code f64} part
 */
public record Golden(
    String name,
    Variant variant,
    long seed,
    int classes,
    int batch,
    int side,
    double pixels,
    double classifier,
    List<Tensor> tensors,
    JsonNode expected) {

  private static final int IMAGES = 1000;

  /**
   * A parameter under its name and in its layout there: C order, {@code [out, in, kh, kw]}, {@code
   * [out, in]} or {@code [out]}.
   *
   * @param name that framework's, or DL4J's key
   */
  public record Tensor(int number, String name, List<Long> shape) {

    /** The same parameter's key in DL4J's parameter table. */
    public String parameter() {
      if (name.contains("_")) {
        return name;
      }
      String vertex = name.substring(0, name.lastIndexOf('.'));
      return vertex(vertex) + (isWeight() ? "_W" : "_b");
    }

    private boolean isWeight() {
      return name.endsWith(".weight") || name.endsWith("_W");
    }

    private boolean isLinearWeight() {
      return shape.size() == 2;
    }

    private boolean isClassifier() {
      return List.of("main_W", "aux1_W", "aux2_W").contains(parameter());
    }

    /** Whether it has a gradient. */
    boolean isTrained() {
      return !name.endsWith("_mean") && !name.endsWith("_var");
    }

    private static String vertex(String layer) {
      return layer
          .replaceFirst("^inception(..)\\.", "$1.")
          .replaceFirst("\\.p1$", ".1x1")
          .replaceFirst("\\.p2\\.conv$", ".3x3")
          .replaceFirst("\\.p2\\.", ".3x3.")
          .replaceFirst("\\.p3\\.conv$", ".5x5")
          .replaceFirst("\\.p3\\.", ".5x5.")
          .replaceFirst("\\.p4$", ".pool.project")
          .replaceFirst("^fc$", "main")
          .replaceFirst("\\.fc2$", "");
    }

    /** What its values lie around. */
    private double middle() {
      return name.endsWith("_gamma") || name.endsWith("_var") ? 1 : 0;
    }

    private double scale(double classifier) {
      if (isWeight()) {
        long fanIn = 1;
        for (long size : shape.subList(1, shape.size())) {
          fanIn *= size;
        }
        return Math.sqrt(6.0 / fanIn) * (isClassifier() ? classifier : 1);
      }
      return switch (parameter().substring(parameter().lastIndexOf('_') + 1)) {
        case "gamma" -> 0.2;
        case "mean" -> 0.1;
        case "var" -> 0.5;
        default -> 0.05;
      };
    }

    private int length() {
      long length = 1;
      for (long size : shape) {
        length *= size;
      }
      return Math.toIntExact(length);
    }
  }

  /** The files of the folder that the property {@code goldens} names, or the public ones. */
  public static List<Golden> all() throws IOException {
    String folder = System.getProperty("goldens", "");
    return in(Path.of(folder.isBlank() ? "src/test/resources/goldens" : folder));
  }

  /** The files of the variants with normalisation, which {@code make.py} beside them writes. */
  public static List<Golden> variants() throws IOException {
    return in(Path.of("src/test/resources/variants"));
  }

  private static List<Golden> in(Path files) throws IOException {
    try (Stream<Path> found = Files.list(files)) {
      return found
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(Golden::read)
          .toList();
    }
  }

  private static Golden read(Path file) {
    try {
      JsonNode root = new ObjectMapper().readTree(file.toFile());
      JsonNode config = root.get("config");
      List<Tensor> tensors = new ArrayList<>();
      for (JsonNode tensor : root.get("params")) {
        List<Long> shape = new ArrayList<>();
        tensor.get(1).forEach(size -> shape.add(size.asLong()));
        tensors.add(new Tensor(tensors.size(), tensor.get(0).asText(), List.copyOf(shape)));
      }
      return new Golden(
          file.getFileName().toString(),
          Variant.valueOf(config.path("variant").asText("plain").toUpperCase(Locale.ROOT)),
          root.get("seed").asLong(),
          config.get("classes").asInt(),
          config.get("batch").asInt(),
          config.get("height").asInt(),
          config.path("pixels").asDouble(1),
          config.path("classifier").asDouble(0.25),
          List.copyOf(tensors),
          root.get("f64"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The formula's values of a tensor, float32 in C order. */
  public float[] values(Tensor tensor) {
    double middle = tensor.middle();
    double scale = tensor.scale(classifier);
    float[] values = new float[tensor.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (middle + uniform(tensor.number(), i) * scale);
    }
    return values;
  }

  /** Images {@code [batch, 3, side, side]}. */
  public float[] images() {
    float[] images = new float[batch * 3 * side * side];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) (uniform(IMAGES, i) * pixels);
    }
    return images;
  }

  /** The label of each image. */
  public int[] labels() {
    return IntStream.range(0, batch).map(n -> (7 * n + 3) % classes).toArray();
  }

  /** Images {@code [batch, 3, side, side]} and one-hot labels for each of the three heads. */
  public MultiDataSet data() {
    INDArray images = Nd4j.create(images(), new long[] {batch, 3, side, side}, 'c');
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch, classes);
    for (int n = 0; n < batch; n++) {
      labels.putScalar(n, labels()[n], 1);
    }
    return new MultiDataSet(new INDArray[] {images}, new INDArray[] {labels, labels, labels});
  }

  /** Number of values of all tensors. */
  public long parameters() {
    return tensors.stream().mapToLong(Tensor::length).sum();
  }

  /** The tensors that have a gradient. */
  List<Tensor> trained() {
    return tensors.stream().filter(Tensor::isTrained).toList();
  }

  /** A tensor by its name. */
  Tensor tensor(String wanted) {
    return tensors.stream().filter(each -> each.name().equals(wanted)).findFirst().orElseThrow();
  }

  /** Gives a network the formula's parameters. */
  public void setParameters(ComputationGraph network) {
    for (Tensor tensor : tensors) {
      long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
      INDArray values = Nd4j.create(values(tensor), shape, 'c');
      INDArray parameter = network.getParam(tensor.parameter());
      parameter.assign(tensor.isLinearWeight() ? values.transpose() : values);
    }
  }

  /** A parameter of a network, or a gradient of it, in the layout of the file. */
  public static float[] inFileLayout(Tensor tensor, INDArray parameter) {
    INDArray values = tensor.isLinearWeight() ? parameter.transpose() : parameter;
    return values.dup('c').data().asFloat();
  }

  /** In [-1, 1), exact in float32. */
  private double uniform(long tensor, long index) {
    long z = (seed << 48) + (tensor << 32) + index + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 40) / (double) (1 << 23) - 1;
  }

  @Override
  public String toString() {
    return name;
  }
}
