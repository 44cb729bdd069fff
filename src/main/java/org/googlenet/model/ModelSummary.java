package org.googlenet.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/**
 * A network layer by layer, as Keras or Paddle would list it, taken from its built configuration:
 * one row for each convolution, normalisation, ReLU, pool, inception block, flattening, dropout and
 * linear layer.
 *
 * <p>Sizes are of one image in fp32. Forward and backward hold the output of every row and its
 * gradient.
 *
 * @param rows in the order of the graph: the trunk, the main head, the auxiliary heads
 * @param totalParameters weights, biases, scales and shifts
 * @param totalState values that are saved with the parameters and not trained: running means and
 *     variances
 * @param inputBytes of the input image
 * @param forwardBackwardBytes of the outputs of all rows and of their gradients
 * @param parameterBytes of the parameters and the state
 */
public record ModelSummary(
    List<Row> rows,
    long totalParameters,
    long totalState,
    long inputBytes,
    long forwardBackwardBytes,
    long parameterBytes) {

  private static final int FLOAT = Float.BYTES;

  /**
   * One layer.
   *
   * @param name type and running number, {@code Conv2D-5}
   * @param type Conv2D, BatchNorm2D, LocalResponseNorm, ReLU, MaxPool2D, AvgPool2D, Inception,
   *     Flatten, Dropout or Linear
   * @param vertex the vertex of the graph that it belongs to, {@code 3a.3x3.reduce}
   * @param input shape, {@code [1, c, h, w]} or {@code [1, n]}
   * @param output shape
   * @param parameters weights, biases, scales and shifts
   * @param state running means and variances
   */
  public record Row(
      String name,
      String type,
      String vertex,
      List<Long> input,
      List<Long> output,
      long parameters,
      long state) {

    private long outputElements() {
      return elements(output);
    }
  }

  public ModelSummary {
    rows = List.copyOf(rows);
  }

  /** The summary of a network at its own classes and side. */
  public static ModelSummary of(GoogLeNet model) {
    MomentumSgd any = new MomentumSgd(0, new LearningRateSchedule.Constant(0, 0), 0);
    return of(model.configuration(any, 0, 0), model.side());
  }

  /**
   * The summary of an inception block by itself, as that of a network; its concatenation is no row.
   *
   * @param side height and width of its input, at least 1
   * @throws ModelProblem if it is not
   */
  public static ModelSummary of(InceptionBlock block, int side) {
    return of(block, side, Variant.PLAIN);
  }

  /** The same as a variant has the block. */
  public static ModelSummary of(InceptionBlock block, int side, Variant variant) {
    if (side < 1) {
      throw new ModelProblem("side: " + side + ": must be at least 1");
    }
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs(GoogLeNet.INPUT)
            .setInputTypes(InputType.convolutional(side, side, block.in()));
    block.addTo(graph, GoogLeNet.INPUT, variant);
    Walk walk =
        new Walk(
            graph.setOutputs(block.name()).build(),
            InputType.convolutional(side, side, block.in()));
    List<Row> layers =
        walk.rows().stream().filter(row -> !row.type().equals(Walk.CONCATENATION)).toList();
    return of(layers, (long) block.in() * side * side);
  }

  /**
   * The summary of a built configuration.
   *
   * @param side height and width of its input, which has three channels
   */
  public static ModelSummary of(ComputationGraphConfiguration configuration, int side) {
    Walk walk = new Walk(configuration.clone(), InputType.convolutional(side, side, 3));
    return of(walk.rows(), 3L * side * side);
  }

  private static ModelSummary of(List<Row> rows, long inputs) {
    long parameters = rows.stream().mapToLong(Row::parameters).sum();
    long state = rows.stream().mapToLong(Row::state).sum();
    long outputs = rows.stream().mapToLong(Row::outputElements).sum();
    return new ModelSummary(
        rows, parameters, state, inputs * FLOAT, outputs * 2 * FLOAT, (parameters + state) * FLOAT);
  }

  /** Input, forward and backward, and parameters together. */
  public long totalBytes() {
    return inputBytes + forwardBackwardBytes + parameterBytes;
  }

  /** A table with a heading, one line per row, and the totals below. */
  public String toText() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("layer", "vertex", "input", "output", "parameters"));
    for (Row row : rows) {
      lines.add(
          List.of(
              row.name(),
              row.vertex(),
              shape(row.input()),
              shape(row.output()),
              grouped(row.parameters())));
    }
    int[] widths = widths(lines);
    String rule = "-".repeat(8 + Arrays.stream(widths).sum()) + System.lineSeparator();
    StringBuilder text = new StringBuilder();
    text.append(line(lines.get(0), widths)).append(rule);
    lines.subList(1, lines.size()).forEach(cells -> text.append(line(cells, widths)));
    return text.append(rule).append(totals()).toString();
  }

  private String totals() {
    return String.format(
        Locale.ROOT,
        "total parameters %s%s%n"
            + "input %.2f MB, forward and backward %.2f MB, parameters %.2f MB, sum %.2f MB"
            + " (batch 1, fp32)%n",
        grouped(totalParameters),
        totalState == 0 ? "" : ", and " + grouped(totalState) + " values of state",
        megabytes(inputBytes),
        megabytes(forwardBackwardBytes),
        megabytes(parameterBytes),
        megabytes(totalBytes()));
  }

  private static int[] widths(List<List<String>> lines) {
    int[] widths = new int[lines.get(0).size()];
    for (List<String> cells : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], cells.get(i).length());
      }
    }
    return widths;
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    int last = widths.length - 1;
    for (int i = 0; i < last; i++) {
      line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
    }
    String number = cells.get(last);
    line.append(" ".repeat(widths[last] - number.length())).append(number);
    return line.append(System.lineSeparator()).toString();
  }

  private static String shape(List<Long> sizes) {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static double megabytes(long bytes) {
    return bytes / (1024.0 * 1024.0);
  }

  private static long elements(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /** One pass over the vertices of a configuration, in the order in which they were added. */
  private static final class Walk {

    private static final String CONCATENATION = "Inception";

    private final ComputationGraphConfiguration configuration;
    private final Map<String, InputType> outputs;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<Row> rows = new ArrayList<>();

    Walk(ComputationGraphConfiguration configuration, InputType input) {
      this.configuration = configuration;
      this.outputs = configuration.getLayerActivationTypes(input);
    }

    List<Row> rows() {
      configuration.getVertices().forEach(this::visit);
      return rows;
    }

    private void visit(String name, GraphVertex vertex) {
      if (vertex instanceof LayerVertex layer) {
        visitLayer(name, layer);
      } else if (vertex instanceof MergeVertex) {
        String branch = inputOf(name);
        add(CONCATENATION, name, outputs.get(inputOf(branch)), outputs.get(name));
      } else if (vertex instanceof PreprocessorVertex pool
          && pool.getPreProcessor() instanceof AverageWindows) {
        add("AvgPool2D", name, outputs.get(inputOf(name)), outputs.get(name));
      } else {
        throw new ModelProblem(
            "vertex " + name + ": " + vertex.getClass().getName() + " has no place in a summary");
      }
    }

    private void visitLayer(String name, LayerVertex vertex) {
      Layer layer = vertex.getLayerConf().getLayer();
      InputType input = outputs.get(inputOf(name));
      if (vertex.getPreProcessor() instanceof CnnToFeedForwardPreProcessor) {
        InputType flat = vertex.getPreProcessor().getOutputType(input);
        add("Flatten", name, input, flat);
        input = flat;
      }
      InputType output = outputs.get(name);
      long parameters = layer.initializer().numParams(vertex.getLayerConf());
      long state = layer instanceof BatchNormalization norm ? 2 * norm.getNOut() : 0;
      add(type(name, layer), name, input, output, parameters - state, state);
      // DL4J ignores the activation of a batch normalisation.
      if (layer instanceof BaseLayer base
          && !(layer instanceof BatchNormalization)
          && base.getActivationFn() instanceof ActivationReLU) {
        add("ReLU", name, output, output);
      }
    }

    private static String type(String name, Layer layer) {
      if (layer instanceof ConvolutionLayer) {
        return "Conv2D";
      }
      if (layer instanceof SubsamplingLayer pool) {
        return pool.getPoolingType() == PoolingType.MAX ? "MaxPool2D" : "AvgPool2D";
      }
      if (layer instanceof DropoutLayer) {
        return "Dropout";
      }
      if (layer instanceof BatchNormalization) {
        return "BatchNorm2D";
      }
      if (layer instanceof LocalResponseNormalization) {
        return "LocalResponseNorm";
      }
      if (layer instanceof ActivationLayer activation
          && activation.getActivationFn() instanceof ActivationReLU) {
        return "ReLU";
      }
      if (layer instanceof FeedForwardLayer) {
        return "Linear";
      }
      throw new ModelProblem(
          "layer " + name + ": " + layer.getClass().getName() + " has no place in a summary");
    }

    private String inputOf(String vertex) {
      return configuration.getVertexInputs().get(vertex).get(0);
    }

    private void add(String type, String vertex, InputType input, InputType output) {
      add(type, vertex, input, output, 0, 0);
    }

    private void add(
        String type,
        String vertex,
        InputType input,
        InputType output,
        long parameters,
        long state) {
      int number = numbers.merge(type, 1, Integer::sum);
      rows.add(
          new Row(
              type + "-" + number, type, vertex, sizes(input), sizes(output), parameters, state));
    }

    private static List<Long> sizes(InputType type) {
      if (type instanceof InputTypeConvolutional map) {
        return List.of(1L, map.getChannels(), map.getHeight(), map.getWidth());
      }
      return List.of(1L, type.arrayElementsPerExample());
    }
  }
}
