package org.googlenet.export;

import static org.googlenet.export.OnnxGraph.integer;
import static org.googlenet.export.OnnxGraph.number;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.googlenet.model.AverageWindows;
import org.googlenet.model.BatchNorm;
import org.googlenet.model.ImageInput;
import org.googlenet.model.Lrn;
import org.googlenet.model.ModelProblem;
import org.googlenet.model.ParameterLayout;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/**
 * Writes DL4J's vertices, as they compute outside of training, as ONNX nodes (operator set 17). The
 * result of a vertex has the vertex's name; what is not known by its very class is refused.
 *
 * <p>Constants have the names of DL4J's parameters. A convolution's weights are {@code [out, in, h,
 * w]} and a dense layer's {@code [out, in]}, both as they lie in DL4J's flat vector.
 */
final class OnnxLayers {

  private final OnnxGraph graph;
  private final ComputationGraphConfiguration configuration;
  private final ParameterLayout layout;
  private final float[] parameters;
  private final Map<String, InputType> types;

  /** By vertex, the name of its result in the graph. */
  private final Map<String, String> results = new HashMap<>();

  /**
   * @param parameters flat, in DL4J's order
   * @param side height and width of the input, which has three channels
   */
  OnnxLayers(
      OnnxGraph graph, ComputationGraphConfiguration configuration, float[] parameters, int side) {
    this.graph = graph;
    this.configuration = configuration;
    this.layout = ParameterLayout.of(configuration);
    this.parameters = parameters;
    this.types =
        configuration.clone().getLayerActivationTypes(InputType.convolutional(side, side, 3));
  }

  /** Says which result of the graph is an input of the network. */
  void input(String name, String result) {
    results.put(name, result);
  }

  /**
   * Adds a vertex whose inputs have been added.
   *
   * @throws ModelProblem if ONNX has nothing that computes the same, as far as this class knows
   */
  void add(String name) {
    GraphVertex vertex = configuration.getVertices().get(name);
    List<String> inputs =
        configuration.getVertexInputs().get(name).stream().map(results::get).toList();
    if (vertex.getClass() == MergeVertex.class) {
      require(((MergeVertex) vertex).getMergeAxis() == 1, name, "it merges another axis than 1");
      results.put(name, graph.node("Concat", name, inputs, integer("axis", 1)));
    } else if (vertex.getClass() == PreprocessorVertex.class
        && ((PreprocessorVertex) vertex).getPreProcessor() instanceof AverageWindows windows) {
      results.put(name, pool(name, windows, inputs.get(0)));
    } else if (vertex.getClass() == LayerVertex.class) {
      LayerVertex layer = (LayerVertex) vertex;
      String input = flattened(name, layer.getPreProcessor(), inputs.get(0));
      results.put(name, layer(name, layer.getLayerConf().getLayer(), input));
    } else {
      throw unknown(name, vertex);
    }
  }

  /**
   * Adds an output layer; its result are the probabilities.
   *
   * @param logits the name to give to what goes into the softmax
   * @param probabilities the name to give to what comes out of it
   */
  void addClassifier(String name, String logits, String probabilities) {
    LayerVertex vertex = (LayerVertex) configuration.getVertices().get(name);
    Layer layer = vertex.getLayerConf().getLayer();
    if (layer.getClass() != OutputLayer.class) {
      throw unknown(name, layer);
    }
    OutputLayer output = (OutputLayer) layer;
    require(
        output.getActivationFn() instanceof ActivationSoftmax,
        name,
        "its activation is no softmax");
    String input =
        flattened(
            name,
            vertex.getPreProcessor(),
            results.get(configuration.getVertexInputs().get(name).get(0)));
    dense(name, logits, input, output.hasBias());
    results.put(name, graph.node("Softmax", probabilities, List.of(logits), integer("axis", 1)));
  }

  private String flattened(String name, InputPreProcessor between, String input) {
    if (between == null || between instanceof ImageInput) {
      return input;
    }
    if (between.getClass() == CnnToFeedForwardPreProcessor.class) {
      return graph.node("Flatten", name + "/flat", List.of(input), integer("axis", 1));
    }
    throw unknown(name, between);
  }

  private String layer(String name, Layer layer, String input) {
    Class<?> kind = layer.getClass();
    if (kind == ConvolutionLayer.class) {
      return convolution(name, (ConvolutionLayer) layer, input);
    }
    if (kind == SubsamplingLayer.class) {
      return pool(name, (SubsamplingLayer) layer, input);
    }
    if (kind == BatchNormalization.class || kind == BatchNorm.class) {
      return normalisation(name, (BatchNormalization) layer, input);
    }
    if (kind == LocalResponseNormalization.class || kind == Lrn.class) {
      return normalisation(name, (LocalResponseNormalization) layer, input);
    }
    if (kind == DenseLayer.class) {
      DenseLayer dense = (DenseLayer) layer;
      require(!dense.hasLayerNorm(), name, "it has a layer normalisation");
      return activated(
          name, dense.getActivationFn(), result -> dense(name, result, input, dense.hasBias()));
    }
    if (kind == ActivationLayer.class) {
      IActivation activation = ((ActivationLayer) layer).getActivationFn();
      return activation instanceof ActivationIdentity
          ? input
          : activated(name, activation, result -> input);
    }
    if (kind == DropoutLayer.class) {
      return input;
    }
    throw unknown(name, layer);
  }

  private String convolution(String name, ConvolutionLayer layer, String input) {
    require(layer.getCnn2dDataFormat() == CNN2DFormat.NCHW, name, "its maps are not NCHW");
    OnnxWindow window =
        OnnxWindow.of(
            name,
            layer.getConvolutionMode(),
            layer.getKernelSize(),
            layer.getStride(),
            layer.getPadding(),
            layer.getDilation());
    List<String> inputs = new ArrayList<>(List.of(input, parameter(name, "W")));
    if (layer.hasBias()) {
      inputs.add(vector(name, "b"));
    }
    return activated(
        name,
        layer.getActivationFn(),
        result -> graph.node("Conv", result, inputs, window.attributes(map(name))));
  }

  private String pool(String name, SubsamplingLayer layer, String input) {
    require(layer.getCnn2dDataFormat() == CNN2DFormat.NCHW, name, "its maps are not NCHW");
    OnnxWindow window =
        OnnxWindow.of(
            name,
            layer.getConvolutionMode(),
            layer.getKernelSize(),
            layer.getStride(),
            layer.getPadding(),
            layer.getDilation());
    return switch (layer.getPoolingType()) {
      case MAX -> graph.node("MaxPool", name, List.of(input), window.attributes(map(name)));
      case AVG -> {
        require(window.isDense(), name, "it is an average pool with a dilation");
        yield graph.node(
            "AveragePool",
            name,
            List.of(input),
            window.attributesOfAverage(map(name), layer.isAvgPoolIncludePadInDivisor()));
      }
      default -> throw refused(name, "it pools by " + layer.getPoolingType());
    };
  }

  /**
   * Means of windows that are not alike, of which ONNX has no pool: the means of rows by a matrix
   * from the left, and those of columns by its like from the right.
   */
  private String pool(String name, AverageWindows windows, String input) {
    int side = windows.side();
    int count = windows.windows();
    float[] rows = new float[count * side];
    float[] columns = new float[side * count];
    for (int i = 0; i < count; i++) {
      int from = windows.from().get(i);
      int to = windows.to().get(i);
      for (int j = from; j < to; j++) {
        rows[i * side + j] = 1f / (to - from);
        columns[j * count + i] = 1f / (to - from);
      }
    }
    String left = graph.floats(name + "/rows", List.of((long) count, (long) side), rows, 0);
    String right = graph.floats(name + "/columns", List.of((long) side, (long) count), columns, 0);
    String between = graph.node("MatMul", name + "/of_rows", List.of(left, input));
    return graph.node("MatMul", name, List.of(between, right));
  }

  /**
   * The running statistics are used, as always outside of training. DL4J's layer has no activation,
   * whatever it was given.
   */
  private String normalisation(String name, BatchNormalization layer, String input) {
    require(layer.getCnn2DFormat() == CNN2DFormat.NCHW, name, "its maps are not NCHW");
    require(!layer.isLockGammaBeta(), name, "its scale and shift are locked");
    require(!layer.isUseLogStd(), name, "it keeps the logarithm of the deviation");
    List<String> inputs =
        List.of(
            input,
            vector(name, "gamma"),
            vector(name, "beta"),
            vector(name, "mean"),
            vector(name, "var"));
    return graph.node("BatchNormalization", name, inputs, number("epsilon", layer.getEps()));
  }

  /** DL4J multiplies the sum by alpha, ONNX by alpha / size. */
  private String normalisation(String name, LocalResponseNormalization layer, String input) {
    int size = (int) layer.getN();
    require(size == layer.getN() && size % 2 == 1, name, "its size is not odd");
    return graph.node(
        "LRN",
        name,
        List.of(input),
        integer("size", size),
        number("alpha", layer.getAlpha() * size),
        number("beta", layer.getBeta()),
        number("bias", layer.getK()));
  }

  /** DL4J's weights are [in, out] with the first dimension the fastest: [out, in] as ONNX says. */
  private String dense(String name, String result, String input, boolean hasBias) {
    ParameterLayout.Entry weights = entry(name, "W");
    require(weights.order() == 'f', name, "its weights lie in another order");
    String constant =
        graph.floats(
            weights.name(),
            List.of(weights.shape().get(1), weights.shape().get(0)),
            parameters,
            weights.offset());
    List<String> inputs = new ArrayList<>(List.of(input, constant));
    if (hasBias) {
      inputs.add(vector(name, "b"));
    }
    return graph.node("Gemm", result, inputs, integer("transB", 1));
  }

  /** Adds a computation and its activation, whose result has the vertex's name. */
  private String activated(String name, IActivation activation, Computation computation) {
    if (activation instanceof ActivationIdentity) {
      computation.add(name);
      return name;
    }
    require(isPlainRelu(activation), name, "its activation is " + activation);
    return graph.node("Relu", name, List.of(computation.add(name + "/linear")));
  }

  private static boolean isPlainRelu(IActivation activation) {
    return activation.equals(new ActivationReLU());
  }

  /** Adds nodes. */
  @FunctionalInterface
  private interface Computation {

    /**
     * @param result the name to give to the result
     * @return the result's name, which is another one if nothing was to compute
     */
    String add(String result);
  }

  private String parameter(String vertex, String key) {
    ParameterLayout.Entry entry = entry(vertex, key);
    require(entry.order() == 'c', vertex, "its " + key + " lies in another order");
    return graph.floats(entry.name(), entry.shape(), parameters, entry.offset());
  }

  /** DL4J has [1, n] where ONNX has [n]. */
  private String vector(String vertex, String key) {
    ParameterLayout.Entry entry = entry(vertex, key);
    return graph.floats(entry.name(), List.of((long) entry.length()), parameters, entry.offset());
  }

  private ParameterLayout.Entry entry(String vertex, String key) {
    return layout.find(vertex, key).orElseThrow(() -> refused(vertex, "it has no " + key));
  }

  /** Height and width of a vertex's input. */
  private int[] map(String vertex) {
    InputType type = types.get(configuration.getVertexInputs().get(vertex).get(0));
    if (type instanceof InputType.InputTypeConvolutional map) {
      return new int[] {(int) map.getHeight(), (int) map.getWidth()};
    }
    throw refused(vertex, "its input is no map");
  }

  private static void require(boolean holds, String vertex, String otherwise) {
    if (!holds) {
      throw refused(vertex, otherwise);
    }
  }

  private static ModelProblem unknown(String vertex, Object kind) {
    return refused(vertex, "it is a " + kind.getClass().getName());
  }

  static ModelProblem refused(String vertex, String because) {
    return new ModelProblem(
        "vertex %s: %s, which 'googlenet export' cannot write as ONNX; use --to dl4j"
            .formatted(vertex, because));
  }
}
