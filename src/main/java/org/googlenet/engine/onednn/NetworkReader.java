package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.googlenet.engine.onednn.DenseNode.Matrix;
import org.googlenet.engine.onednn.kernel.Normalisation;
import org.googlenet.model.ImageInput;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.TopologicalOrder;
import org.googlenet.model.WeightedLoss;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
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
  private OptionalInt side = OptionalInt.empty();

  NetworkReader(ComputationGraphConfiguration configuration) {
    this.configuration = configuration;
    this.layout = ParameterLayout.of(configuration);
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
      requireActivation(name, output, ActivationSoftmax.class);
      add(
          name,
          new OutputNode(
              new DenseNode(name, input, matrix(name, output), false), lossWeight(name, output)));
    } else if (layer instanceof DenseLayer dense) {
      if (dense.hasLayerNorm()) {
        throw new UnsupportedNetwork(name, "layer normalisation");
      }
      add(name, new DenseNode(name, input, matrix(name, dense), relu(name, dense)));
    } else if (layer instanceof LocalResponseNormalization lrn) {
      requireNchw(name, lrn.getDataFormat());
      add(name, new LrnNode(name, input, normalisation(lrn)));
    } else if (layer instanceof DropoutLayer || isIdentity(layer)) {
      results.put(name, input);
    } else {
      List<Node> read = windows.read(name, input, layer);
      if (read.isEmpty()) {
        throw unknown(name, layer);
      }
      nodes.addAll(read);
      results.put(name, name);
    }
  }

  private static boolean isIdentity(Layer layer) {
    return layer instanceof ActivationLayer activation
        && activation.getActivationFn() instanceof ActivationIdentity;
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

  /** The node that a layer reads: its input, or the dropout that the layer itself declares. */
  private String dropped(String name, Layer layer) {
    String input = results.get(configuration.getVertexInputs().get(name).get(0));
    IDropout dropout = layer.getIDropout();
    if (dropout == null) {
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

  static boolean relu(String name, BaseLayer layer) {
    boolean identity = layer.getActivationFn() instanceof ActivationIdentity;
    requireActivation(name, layer, identity ? ActivationIdentity.class : ActivationReLU.class);
    return !identity;
  }

  private static void requireActivation(
      String name, BaseLayer layer, Class<? extends IActivation> type) {
    if (layer.getWeightNoise() != null) {
      throw unknown(name, layer.getWeightNoise());
    }
    if (layer.getActivationFn().getClass() != type) {
      throw unknown(name, layer.getActivationFn());
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
