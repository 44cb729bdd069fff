package org.googlenet.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.nd4j.linalg.activations.Activation;

/**
 * Adds a GoogLeNet's vertices to a graph, from the stem to the heads, and counts the maps' side.
 */
final class GoogLeNetGraph {

  /** Side of the maps that the auxiliary classifiers read at an input of 224. */
  private static final int AUXILIARY_MAP = 4;

  private final GoogLeNet model;
  private final GraphBuilder graph;
  private final Variant variant;
  private final Convolutions convolutions;

  /** Height and width of the maps that the last vertex yields. */
  private int side;

  /** The last vertex of the trunk so far. */
  private String last = GoogLeNet.INPUT;

  private GoogLeNetGraph(GoogLeNet model, GraphBuilder graph) {
    this.model = model;
    this.graph = graph;
    this.variant = model.variant();
    this.convolutions = new Convolutions(graph, variant);
    this.side = model.side();
  }

  /** Adds all vertices behind {@link GoogLeNet#INPUT}. */
  static void addTo(GraphBuilder graph, GoogLeNet model) {
    GoogLeNetGraph network = new GoogLeNetGraph(model, graph);
    network.addStem();
    int middle = network.addBlocks();
    network.addMainHead();
    network.addAuxiliaryHead("aux1", "4a", middle, model.loss().aux1());
    network.addAuxiliaryHead("aux2", "4d", middle, model.loss().aux2());
  }

  /**
   * 7x7/2, pool, 1x1, 3x3, pool: {@code [n, 3, side, side]} to 192 channels on maps of an eighth of
   * the side; in {@link Variant#LRN} normalised behind the first pool and before the second.
   */
  private void addStem() {
    last = convolutions.add("conv1", 64, 7, 2, new ImageInput(side), last);
    side = (side + 1) / 2;
    addPool("pool1", 3);
    addLrn("norm1");
    last = convolutions.add("conv2", 64, 1, last);
    last = convolutions.add("conv3", 192, 3, last);
    addLrn("norm2");
    addPool("pool2", 3);
  }

  private void addLrn(String name) {
    if (variant == Variant.LRN) {
      graph.addLayer(name, new Lrn(), last);
      last = name;
    }
  }

  /** A max pool that halves the maps. */
  private void addPool(String name, int kernel) {
    graph.addLayer(
        name,
        variant == Variant.PLAIN ? Layers.maxPool(2) : Layers.ceilMaxPool(kernel, side),
        last);
    last = name;
    side = variant.pooled(side, kernel);
  }

  /** The nine blocks with a pool in front of 4a and of 5a; returns the side of 4a's maps. */
  private int addBlocks() {
    int middle = 0;
    for (InceptionBlock block : GoogLeNet.BLOCKS) {
      switch (block.name()) {
        case "4a" -> {
          addPool("pool3", 3);
          middle = side;
        }
        case "5a" -> addPool("pool4", variant.lastPool());
        default -> {}
      }
      block.addTo(graph, last, variant);
      last = block.name();
    }
    return middle;
  }

  private void addMainHead() {
    int channels = GoogLeNet.BLOCKS.get(GoogLeNet.BLOCKS.size() - 1).out();
    graph
        .addLayer("avgpool", Layers.averagePool(side, 1), last)
        .addLayer("dropout", Layers.dropout(model.dropoutMain()), flatten(1, channels), "avgpool")
        .addLayer("main", classifier(model.loss().main()), "dropout");
  }

  private void addAuxiliaryHead(String name, String input, int map, double weight) {
    int pooled = addAuxiliaryPool(name + ".pool", input, map);
    String convolved = addAuxiliaryConvolution(name);
    graph
        .addLayer(
            name + ".fc1",
            new DenseLayer.Builder().nOut(1024).activation(Activation.RELU).build(),
            flatten(pooled, 128),
            convolved)
        .addLayer(name + ".dropout", Layers.dropout(model.dropoutAux()), name + ".fc1")
        .addLayer(name, classifier(weight), name + ".dropout");
  }

  /** Returns the side of the pooled maps. */
  private int addAuxiliaryPool(String name, String input, int map) {
    if (variant == Variant.PLAIN) {
      graph.addLayer(name, Layers.averagePool(5, 3), input);
      return (map - 5) / 3 + 1;
    }
    AverageWindows windows =
        variant == Variant.LRN
            ? AverageWindows.ceil(map, 5, 3)
            : AverageWindows.adaptive(map, AUXILIARY_MAP);
    if (windows.areUniform()) {
      graph.addLayer(name, Layers.averagePool(windows.length(), windows.stride()), input);
    } else {
      graph.addVertex(name, new PreprocessorVertex(windows), input);
    }
    return windows.windows();
  }

  private String addAuxiliaryConvolution(String head) {
    String name = head + ".conv";
    if (variant != Variant.PLAIN) {
      return convolutions.add(name, 128, 1, head + ".pool");
    }
    ConvolutionLayer withoutRelu = Layers.convolution(128, 1, 1, true, Activation.IDENTITY);
    graph.addLayer(name, withoutRelu, head + ".pool");
    return name;
  }

  private OutputLayer classifier(double weight) {
    return new OutputLayer.Builder(new WeightedLoss(weight))
        .nOut(model.classes())
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** {@code [n, channels, side, side]} to {@code [n, channels * side * side]} in C, H, W order. */
  private static CnnToFeedForwardPreProcessor flatten(int side, int channels) {
    return new CnnToFeedForwardPreProcessor(side, side, channels);
  }
}
