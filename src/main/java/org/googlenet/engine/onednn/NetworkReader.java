package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.googlenet.engine.onednn.DenseNode.Matrix;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Normalisation;
import org.googlenet.model.ImageInput;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.TopologicalOrder;
import org.googlenet.model.WeightedLoss;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * Reads a configuration as nodes, vertex by vertex.
 *
 * <p>DL4J's flat vector holds a convolution's bias and then its weights in the order out, in, rows,
 * columns, and a fully connected layer's weights in the order out, in, and then its bias.
 */
final class NetworkReader {

  private final ComputationGraphConfiguration configuration;
  private final ParameterLayout layout;
  private final ConvolutionReader windows;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, String> results = new HashMap<>();
  private final MapLayerReader maps;
  private OptionalInt side = OptionalInt.empty();

  NetworkReader(ComputationGraphConfiguration configuration) {
    this.configuration = configuration;
    this.layout = ParameterLayout.of(configuration);
    this.maps = new MapLayerReader(layout);
    this.windows = new ConvolutionReader(layout);
  }

  Network read() {
    if (configuration.getNetworkInputs().size() != 1) {
      throw new UnsupportedNetwork(
          String.join(", ", configuration.getNetworkInputs()), "a second input");
    }
    if (configuration.getDataType() != DataType.FLOAT) {
      throw new UnsupportedNetwork(
          String.join(", ", configuration.getNetworkOutputs()),
          "data type " + configuration.getDataType());
    }
    for (String vertex : TopologicalOrder.of(configuration)) {
      if (configuration.getNetworkInputs().contains(vertex)) {
        nodes.add(new InputNode(vertex));
        results.put(vertex, vertex);
      } else {
        configuration.getVertexInputs().get(vertex).forEach(input -> requireInner(vertex, input));
        read(vertex, configuration.getVertices().get(vertex));
      }
    }
    configuration.getNetworkOutputs().forEach(this::requireOutput);
    return new Network(List.copyOf(nodes), List.copyOf(configuration.getNetworkOutputs()), side);
  }

  /** Nothing may read an output: its node gives logits, where DL4J would pass on probabilities. */
  private void requireInner(String vertex, String input) {
    if (isOutput(input)) {
      throw new UnsupportedNetwork(vertex, "a vertex behind output " + input);
    }
  }

  private void requireOutput(String vertex) {
    if (!isOutput(vertex)) {
      throw new UnsupportedNetwork(vertex, "an output that is no OutputLayer");
    }
  }

  private boolean isOutput(String vertex) {
    return nodes.stream()
        .anyMatch(node -> node instanceof OutputNode && node.name().equals(vertex));
  }

  private void read(String name, GraphVertex vertex) {
    if (vertex instanceof LayerVertex layer) {
      read(name, layer.getPreProcessor());
      read(name, layer.getLayerConf().getLayer());
    } else if (vertex instanceof MergeVertex merge) {
      if (merge.getMergeAxis() != 1) {
        throw new UnsupportedNetwork(name, "merge axis " + merge.getMergeAxis());
      }
      List<String> inputs =
          configuration.getVertexInputs().get(name).stream().map(results::get).toList();
      add(name, new MergeNode(name, inputs));
    } else if (vertex instanceof ElementWiseVertex elementwise) {
      List<String> inputs =
          configuration.getVertexInputs().get(name).stream().map(results::get).toList();
      MapLayerReader.elementwise(name, inputs, elementwise).forEach(node -> add(name, node));
    } else {
      throw unknown(name, vertex);
    }
  }

  /** Flattening needs no node: a fully connected layer reads maps in the same order. */
  private void read(String name, InputPreProcessor processor) {
    if (processor instanceof ImageInput input) {
      side = OptionalInt.of(input.side());
    } else if (processor != null && !(processor instanceof CnnToFeedForwardPreProcessor)) {
      throw unknown(name, processor);
    }
  }

  private void read(String name, Layer layer) {
    if (layer.getConstraints() != null && !layer.getConstraints().isEmpty()) {
      throw new UnsupportedNetwork(name, "a constraint on parameters");
    }
    String input = dropped(name, layer);
    if (layer instanceof OutputLayer output) {
      requireNoNoise(name, output);
      if (!(output.getActivationFn() instanceof ActivationSoftmax)) {
        throw unknown(name, output.getActivationFn());
      }
      add(
          name,
          new OutputNode(
              new DenseNode(name, input, matrix(name, output), Activation.IDENTITY),
              lossWeight(name, output)));
    } else if (layer instanceof DenseLayer dense) {
      if (dense.hasLayerNorm()) {
        throw new UnsupportedNetwork(name, "layer normalisation");
      }
      add(name, new DenseNode(name, input, matrix(name, dense), Activation.IDENTITY));
      activate(name, name, true, activation(name, dense));
    } else if (layer instanceof BatchNormalization normalisation) {
      add(name, maps.batchNormalisation(name, input, normalisation, false));
    } else if (layer instanceof LocalResponseNormalization lrn) {
      requireNchw(name, lrn.getDataFormat());
      add(name, new LrnNode(name, input, normalisation(lrn)));
    } else if (layer instanceof DropoutLayer) {
      results.put(name, input);
    } else if (layer instanceof ActivationLayer activation) {
      activate(
          name, input, isReadOnce(input), ActivationReader.of(name, activation.getActivationFn()));
    } else {
      List<Node> read = windows.read(name, input, layer);
      if (read.isEmpty()) {
        throw unknown(name, layer);
      }
      nodes.addAll(read);
      results.put(name, name);
      if (layer instanceof BaseLayer activated) {
        activate(name, name, true, activation(name, activated));
      }
    }
  }

  /** Whether one vertex alone reads a node's result, under whichever name. */
  private boolean isReadOnce(String node) {
    return configuration.getVertexInputs().values().stream()
            .flatMap(List::stream)
            .filter(input -> node.equals(results.get(input)))
            .count()
        == 1;
  }

  /**
   * Applies functions to a node's result, which becomes that of the layer: the first one in the
   * node's own kernel, if that can be.
   *
   * @param alone whether nothing else reads the node
   */
  private void activate(String layer, String node, boolean alone, List<Activation> functions) {
    String result = node;
    for (Activation function : functions) {
      Optional<Node> both =
          alone && function.undoneFromResult()
              ? find(result).flatMap(found -> found.with(function))
              : Optional.empty();
      if (both.isPresent()) {
        nodes.set(nodes.indexOf(find(result).orElseThrow()), both.get());
      } else {
        String behind = layer + "." + function.function().name().toLowerCase(Locale.ROOT);
        nodes.add(new ActivationNode(behind, result, function));
        result = behind;
      }
    }
    results.put(layer, result);
  }

  private Optional<Node> find(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  private Matrix matrix(String name, FeedForwardLayer layer) {
    boolean bias =
        layer instanceof DenseLayer dense
            ? dense.hasBias()
            : layer instanceof OutputLayer output && output.hasBias();
    return new Matrix(
        layer.getNIn(),
        layer.getNOut(),
        offset(name, DefaultParamInitializer.WEIGHT_KEY),
        bias
            ? OptionalLong.of(offset(name, DefaultParamInitializer.BIAS_KEY))
            : OptionalLong.empty());
  }

  private int offset(String layer, String parameter) {
    return layout.find(layer, parameter).orElseThrow().offset();
  }

  /**
   * The node that a layer reads: its input, or the dropout that the layer itself declares. Pools
   * and others may declare one, too, by a default of the whole network, but DL4J does not apply it.
   */
  private String dropped(String name, Layer layer) {
    String input = results.get(configuration.getVertexInputs().get(name).get(0));
    IDropout dropout = layer.getIDropout();
    if (dropout == null || !appliesDropout(layer)) {
      return input;
    }
    if (dropout instanceof org.deeplearning4j.nn.conf.dropout.Dropout plain
        && plain.getPSchedule() == null) {
      String node = name + ".input";
      nodes.add(new DropoutNode(node, input, plain.getP()));
      return node;
    }
    throw unknown(name, dropout);
  }

  private static boolean appliesDropout(Layer layer) {
    return layer instanceof DropoutLayer
        || layer instanceof ConvolutionLayer
        || layer instanceof DenseLayer
        || layer instanceof OutputLayer
        || layer instanceof Upsampling2D;
  }

  private static List<Activation> activation(String name, BaseLayer layer) {
    requireNoNoise(name, layer);
    return ActivationReader.of(name, layer.getActivationFn());
  }

  private static void requireNoNoise(String name, BaseLayer layer) {
    if (layer.getWeightNoise() != null) {
      throw unknown(name, layer.getWeightNoise());
    }
  }

  private static double lossWeight(String name, OutputLayer layer) {
    ILossFunction loss = layer.getLossFn();
    if (loss instanceof WeightedLoss weighted) {
      return weighted.weight();
    }
    if (loss instanceof LossMCXENT crossEntropy && crossEntropy.getWeights() == null) {
      return 1;
    }
    throw unknown(name, loss);
  }

  /** DL4J goes half the size to either side, so if the size is even it covers one more channel. */
  private static Normalisation normalisation(LocalResponseNormalization lrn) {
    long size = (long) lrn.getN() / 2 * 2 + 1;
    return new Normalisation(size, lrn.getAlpha(), lrn.getBeta(), lrn.getK());
  }

  static void requireNchw(String name, CNN2DFormat format) {
    if (format != null && format != CNN2DFormat.NCHW) {
      throw new UnsupportedNetwork(name, "data format " + format);
    }
  }

  private void add(String name, Node node) {
    nodes.add(node);
    results.put(name, node.name());
  }

  static UnsupportedNetwork unknown(String name, Object part) {
    return new UnsupportedNetwork(name, part.getClass().getSimpleName());
  }
}
