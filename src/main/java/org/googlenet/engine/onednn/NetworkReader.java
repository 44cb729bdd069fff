package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.googlenet.engine.onednn.DenseNode.Matrix;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Normalisation;
import org.googlenet.model.AverageWindows;
import org.googlenet.model.Frozen;
import org.googlenet.model.FrozenNormalisation;
import org.googlenet.model.ImageInput;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.TopologicalOrder;
import org.nd4j.linalg.activations.IActivation;

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
  private final MapLayerReader maps;
  private final VertexReaders readers;
  private final NodesRead nodes;
  private final Map<String, Output> outputs = new HashMap<>();
  private final List<UnsupportedNetwork> refusals = new ArrayList<>();
  private final Set<String> frozen = new HashSet<>();
  private final boolean joins;

  /**
   * @param joins whether an activation layer may become a part of the node in front of it
   */
  NetworkReader(ComputationGraphConfiguration configuration, boolean joins) {
    this.configuration = configuration;
    this.readers = new VertexReaders(configuration);
    this.joins = joins;
    this.nodes = new NodesRead(names(configuration));
    this.layout = ParameterLayout.of(configuration);
    this.windows = new ConvolutionReader(layout, nodes);
    this.maps = new MapLayerReader(layout, nodes);
  }

  private static Set<String> names(ComputationGraphConfiguration configuration) {
    Set<String> names = new HashSet<>(configuration.getVertices().keySet());
    names.addAll(configuration.getNetworkInputs());
    return names;
  }

  /**
   * Reads it.
   *
   * @param turned whether this is a configuration of maps {@code [n, h, w, c]} that was turned
   */
  Network read(boolean turned) {
    refusals.addAll(TrainingRules.refusals(configuration));
    for (String vertex : TopologicalOrder.of(configuration)) {
      nodes.reach(vertex);
      if (configuration.getNetworkInputs().contains(vertex)) {
        nodes.add(vertex, new InputNode(vertex));
      } else {
        configuration.getVertexInputs().get(vertex).forEach(input -> requireInner(vertex, input));
        attempt(() -> read(vertex, configuration.getVertices().get(vertex)));
      }
    }
    configuration.getNetworkOutputs().forEach(this::requireOutput);
    if (!refusals.isEmpty()) {
      throw UnsupportedNetwork.of(refusals);
    }
    return new Network(
        nodes.nodes(),
        configuration.getNetworkInputs().stream().map(this::input).toList(),
        configuration.getNetworkOutputs().stream().map(outputs::get).toList(),
        nodes.results(),
        frozen,
        turned);
  }

  /** Goes on behind a part that is refused, so that all of them can be named. */
  private void attempt(Runnable reading) {
    try {
      reading.run();
    } catch (UnsupportedNetwork e) {
      refusals.add(e);
    }
  }

  private void refuse(boolean refused, String vertex, String what) {
    if (refused) {
      refusals.add(new UnsupportedNetwork(vertex, what));
    }
  }

  private Network.Input input(String name) {
    return new Network.Input(name, InputShapes.of(configuration, name));
  }

  /** Nothing may read an output: its node gives logits, where DL4J would pass on probabilities. */
  private void requireInner(String vertex, String input) {
    refuse(outputs.containsKey(input), vertex, "a vertex behind output " + input);
  }

  private void requireOutput(String vertex) {
    refuse(
        nodes.isRead(vertex) && !outputs.containsKey(vertex),
        vertex,
        "an output that is no OutputLayer");
  }

  private void read(String name, GraphVertex vertex) {
    if (vertex instanceof LayerVertex layer) {
      Layer kind = layer.getLayerConf().getLayer();
      collapse(name, kind);
      attempt(() -> requirePlain(name, kind));
      String input = nodes.result(configuration.getVertexInputs().get(name).get(0));
      String given = shaped(name, input, layer.getPreProcessor(), kind);
      if (kind instanceof FrozenLayer frozen) {
        readFrozen(name, layer, frozen.getLayer(), given);
      } else {
        requireFrozenStatistics(name, kind);
        int before = nodes.nodes().size();
        read(name, layer, kind, dropped(name, kind, given), kind instanceof FrozenNormalisation);
        if (Frozen.is(kind)) {
          freezeFrom(before);
        }
      }
    } else if (vertex instanceof MergeVertex merge) {
      if (merge.getMergeAxis() != 1) {
        throw new UnsupportedNetwork(name, "merge axis " + merge.getMergeAxis());
      }
      nodes.add(name, new MergeNode(name, alike(name)));
    } else if (vertex instanceof ElementWiseVertex elementwise) {
      maps.elementwise(name, alike(name), elementwise).forEach(node -> nodes.add(name, node));
    } else if (vertex instanceof FrozenVertex frozen
        && !(frozen.getUnderlying() instanceof LayerVertex)) {
      requireNothingTrained(name);
      read(name, frozen.getUnderlying());
    } else if (vertex instanceof PreprocessorVertex pool
        && pool.getPreProcessor() instanceof AverageWindows windows) {
      String input = nodes.result(configuration.getVertexInputs().get(name).get(0));
      nodes.add(new AverageWindowsNode(name, input, windows));
    } else if (vertex instanceof ScaleVertex scale) {
      linear(name, Activation.linear(scale.getScaleFactor(), 0));
    } else if (vertex instanceof ShiftVertex shift) {
      linear(name, Activation.linear(1, shift.getShiftFactor()));
    } else {
      throw unknown(name, vertex);
    }
  }

  private void linear(String name, Activation function) {
    String vertex = configuration.getVertexInputs().get(name).get(0);
    if (nodes.isCollapsed(vertex)) {
      nodes.collapse(name);
    }
    String input = nodes.result(vertex);
    nodes.activate(name, input, joins && isReadOnce(input), List.of(function));
  }

  /**
   * What a vertex of several inputs reads: where some of them are collapsed and others are vectors,
   * the vectors of those, too.
   */
  private List<String> alike(String name) {
    List<String> inputs = configuration.getVertexInputs().get(name);
    boolean all = inputs.stream().allMatch(nodes::isCollapsed);
    if (all) {
      nodes.collapse(name);
    }
    List<String> read = new ArrayList<>();
    for (String input : inputs) {
      String node = nodes.result(input);
      read.add(all || !nodes.isCollapsed(input) ? node : reshaped(name, node, List.of()));
    }
    return read;
  }

  /**
   * A layer that is not trained, and whose dropout and batch normalisation are those of a forward
   * pass. DL4J computes no gradient for any vertex in front of it.
   */
  private void readFrozen(String name, LayerVertex vertex, Layer layer, String given) {
    requireNothingTrained(name);
    int before = nodes.nodes().size();
    read(name, vertex, layer, given, true);
    freezeFrom(before);
  }

  /** Notes that the nodes that have been read last stay as they are. */
  private void freezeFrom(int before) {
    List<Node> read = nodes.nodes();
    read.subList(before, read.size()).forEach(node -> frozen.add(node.name()));
  }

  private static void requireFrozenStatistics(String name, Layer layer) {
    if (layer instanceof BatchNormalization
        && Frozen.is(layer)
        && !(layer instanceof FrozenNormalisation)) {
      throw new UnsupportedNetwork(
          name, "a batch normalisation with the updater Frozen, whose statistics would move,");
    }
  }

  private void requireNothingTrained(String name) {
    layout.entries().stream()
        .filter(entry -> entry.trained() && nodes.isReached(entry.vertex()))
        .findFirst()
        .ifPresent(
            entry -> {
              throw new UnsupportedNetwork(
                  name, "a frozen layer behind " + entry.vertex() + ", which is trained,");
            });
  }

  /** Notes where DL4J has vectors and a plan has maps of one value. */
  private void collapse(String name, Layer layer) {
    Layer kind = layer instanceof FrozenLayer frozen ? frozen.getLayer() : layer;
    boolean keepsShape =
        kind instanceof ActivationLayer
            || kind instanceof DropoutLayer
            || kind instanceof BatchNormalization;
    if (kind instanceof GlobalPoolingLayer pool
        ? pool.isCollapseDimensions()
        : keepsShape && nodes.isCollapsed(configuration.getVertexInputs().get(name).get(0))) {
      nodes.collapse(name);
    }
  }

  /** What a layer reads: the node that has its input in the shape that a preprocessor gives it. */
  private String shaped(String name, String input, InputPreProcessor processor, Layer layer) {
    if (processor instanceof CnnToFeedForwardPreProcessor flat
        && flat.getFormat() == CNN2DFormat.NHWC) {
      String node = nodes.part(name, "shape");
      nodes.add(new ReshapeNode(node, input, List.of(), true));
      return node;
    }
    if (processor instanceof CnnToFeedForwardPreProcessor) {
      // A fully connected layer reads maps in the same order.
      return isDense(layer) ? input : reshaped(name, input, List.of());
    }
    if (processor instanceof FeedForwardToCnnPreProcessor map) {
      return reshaped(
          name, input, List.of(map.getNumChannels(), map.getInputHeight(), map.getInputWidth()));
    }
    if (processor != null && !(processor instanceof ImageInput)) {
      refusals.add(unknown(name, processor));
    }
    return input;
  }

  private String reshaped(String name, String input, List<Long> to) {
    String node = nodes.part(name, "shape");
    nodes.add(new ReshapeNode(node, input, to, false));
    return node;
  }

  private static boolean isDense(Layer layer) {
    return layer instanceof DenseLayer || layer instanceof OutputLayer;
  }

  /** What a plan does not do, whatever the layer is. */
  private static void requirePlain(String name, Layer layer) {
    if (layer.getConstraints() != null && !layer.getConstraints().isEmpty()) {
      throw new UnsupportedNetwork(name, "a constraint on parameters");
    }
    if (layer instanceof BaseLayer base && base.getWeightNoise() != null) {
      throw unknown(name, base.getWeightNoise());
    }
  }

  private void read(String name, LayerVertex vertex, Layer layer, String input, boolean frozen) {
    if (layer instanceof OutputLayer output) {
      boolean mean = vertex.getLayerConf().isMiniBatch();
      outputs.put(
          name, new Output(name, output.getLossFn(), output.getActivationFn(), false, mean));
      nodes.add(
          name,
          new OutputNode(new DenseNode(name, input, matrix(name, output), Activation.IDENTITY)));
    } else if (layer instanceof LossLayer loss) {
      boolean softmax = readers.isBehindSoftmax(name);
      IActivation activation = softmax ? new SoftmaxLayer() : loss.getActivationFn();
      outputs.put(name, new Output(name, loss.getLossFn(), activation, false, true));
      nodes.add(name, new LossNode(name, input, false));
      if (softmax) {
        // That layer's own result is not computed.
        nodes.leaveOut(configuration.getVertexInputs().get(name).get(0));
      }
    } else if (layer instanceof CnnLossLayer loss) {
      requireNchw(name, loss.getFormat());
      outputs.put(name, new Output(name, loss.getLossFn(), loss.getActivationFn(), true, true));
      nodes.add(name, new LossNode(name, input, true));
    } else if (layer instanceof DenseLayer dense) {
      if (dense.hasLayerNorm()) {
        throw new UnsupportedNetwork(name, "layer normalisation");
      }
      nodes.add(name, new DenseNode(name, input, matrix(name, dense), Activation.IDENTITY));
      if (!readers.isSoftmaxOfLoss(name)) {
        nodes.activate(name, name, true, ActivationReader.of(name, dense.getActivationFn()));
      }
    } else if (layer instanceof BatchNormalization normalisation) {
      nodes.add(name, maps.batchNormalisation(name, input, normalisation, frozen));
    } else if (layer instanceof LocalResponseNormalization lrn) {
      requireNchw(name, lrn.getDataFormat());
      nodes.add(name, new LrnNode(name, input, normalisation(lrn)));
    } else if (layer instanceof DropoutLayer) {
      nodes.pass(name, input);
    } else if (layer instanceof ActivationLayer && readers.isSoftmaxOfLoss(name)) {
      nodes.pass(name, input);
    } else if (layer instanceof ActivationLayer activation) {
      List<Activation> functions = ActivationReader.of(name, activation.getActivationFn());
      nodes.activate(name, input, joins && isReadOnce(input), functions);
    } else {
      List<Node> read = windows.read(name, input, layer);
      if (read.isEmpty()) {
        read =
            List.of(
                MapLayerReader.read(name, input, layer).orElseThrow(() -> unknown(name, layer)));
      }
      read.forEach(nodes::add);
      if (layer instanceof BaseLayer base) {
        nodes.activate(name, name, true, ActivationReader.of(name, base.getActivationFn()));
      }
    }
  }

  /** Whether one vertex alone reads a node's result, under whichever name. */
  private boolean isReadOnce(String node) {
    return configuration.getVertexInputs().values().stream()
            .flatMap(List::stream)
            .filter(input -> node.equals(nodes.result(input)))
            .count()
        == 1;
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
  private String dropped(String name, Layer layer, String input) {
    IDropout dropout = layer.getIDropout();
    if (dropout == null || !appliesDropout(layer)) {
      return input;
    }
    if (dropout instanceof org.deeplearning4j.nn.conf.dropout.Dropout plain
        && plain.getPSchedule() == null) {
      if (plain.getP() == 1) {
        return input; // imported models of Keras have it on layers that do not drop
      }
      String node = nodes.part(name, "input");
      nodes.add(new DropoutNode(node, input, plain.getP()));
      return node;
    }
    refusals.add(unknown(name, dropout));
    return input;
  }

  private static boolean appliesDropout(Layer layer) {
    return layer instanceof DropoutLayer
        || layer instanceof ConvolutionLayer
        || layer instanceof DenseLayer
        || layer instanceof OutputLayer
        || layer instanceof Upsampling2D;
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

  static UnsupportedNetwork unknown(String name, Object part) {
    return new UnsupportedNetwork(name, part.getClass().getSimpleName());
  }
}
