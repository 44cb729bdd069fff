package org.googlenet.model;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * GoogLeNet (Szegedy et al., "Going deeper with convolutions", 2014) as a table and the DL4J graph
 * that the table describes.
 *
 * <p>Convolutions have a bias and a ReLU, except those of the auxiliary heads, which have no ReLU
 * although the paper's do. There is no local response normalisation, which the paper has, and no
 * batch normalisation. The input {@code input} is {@code [n, 3, side, side]}; the outputs {@code
 * main}, {@code aux1} and {@code aux2}, in this order, are probabilities {@code [n, classes]}, and
 * the labels of each are one-hot {@code [n, classes]}. At 1000 classes and side 224 the network has
 * 13,378,280 parameters.
 *
 * <p>At sides other than 224 the main average pool covers the whole last map; the auxiliary pools
 * stay 5x5 with stride 3, which needs a side of at least {@value #SMALLEST_SIDE}.
 *
 * @param classes number of classes, at least 2
 * @param side height and width of the input in pixels, at least {@value #SMALLEST_SIDE}
 * @param initialisation how weights are drawn
 * @param bias initial value of every bias
 * @param dropoutMain probability to drop a feature in front of the main classifier, [0, 1)
 * @param dropoutAux probability to drop a feature in front of the auxiliary classifiers, [0, 1)
 * @param loss weights of the three losses
 */
public record GoogLeNet(
    int classes,
    int side,
    Initialisation initialisation,
    double bias,
    double dropoutMain,
    double dropoutAux,
    LossWeights loss) {

  /** The smallest input side: with it the map that the auxiliary heads pool is still 5x5. */
  public static final int SMALLEST_SIDE = 65;

  /** Name of the input vertex. */
  public static final String INPUT = "input";

  /** Names of the output vertices, in DL4J's order of labels and outputs. */
  public static final List<String> HEADS = List.of("main", "aux1", "aux2");

  /** Table 1 of the paper: in, 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection. */
  static final List<InceptionBlock> BLOCKS =
      List.of(
          new InceptionBlock("3a", 192, 64, 96, 128, 16, 32, 32),
          new InceptionBlock("3b", 256, 128, 128, 192, 32, 96, 64),
          new InceptionBlock("4a", 480, 192, 96, 208, 16, 48, 64),
          new InceptionBlock("4b", 512, 160, 112, 224, 24, 64, 64),
          new InceptionBlock("4c", 512, 128, 128, 256, 24, 64, 64),
          new InceptionBlock("4d", 512, 112, 144, 288, 32, 64, 64),
          new InceptionBlock("4e", 528, 256, 160, 320, 32, 128, 128),
          new InceptionBlock("5a", 832, 256, 160, 320, 32, 128, 128),
          new InceptionBlock("5b", 832, 384, 192, 384, 48, 128, 128));

  private static final InceptionBlock LAST_BLOCK = BLOCKS.get(BLOCKS.size() - 1);

  /**
   * @throws ModelProblem if a value is outside its range
   */
  public GoogLeNet {
    require(classes >= 2, "model.classes", classes, "must be at least 2");
    require(
        side >= SMALLEST_SIDE,
        "model.side",
        side,
        "must be at least " + SMALLEST_SIDE + ", below which the auxiliary heads have no 5x5 map");
    require(Double.isFinite(bias), "model.bias", bias, "must be a finite number");
    requireDropout(dropoutMain);
    requireDropout(dropoutAux);
  }

  /**
   * As the paper has it, but with weights by He et al. and biases that start with 0.
   *
   * @param side height and width of the input in pixels
   * @throws ModelProblem if a value is outside its range
   */
  public static GoogLeNet of(int classes, int side) {
    return new GoogLeNet(classes, side, Initialisation.HE, 0, 0.4, 0.7, LossWeights.PAPER);
  }

  /** The same with other initial weights and biases. */
  public GoogLeNet withInitialisation(Initialisation weights, double biases) {
    return new GoogLeNet(classes, side, weights, biases, dropoutMain, dropoutAux, loss);
  }

  /** The same with other probabilities to drop a feature. */
  public GoogLeNet withDropout(double main, double aux) {
    return new GoogLeNet(classes, side, initialisation, bias, main, aux, loss);
  }

  /** The same with other weights of the three losses. */
  public GoogLeNet withLoss(LossWeights weights) {
    return new GoogLeNet(classes, side, initialisation, bias, dropoutMain, dropoutAux, weights);
  }

  /**
   * The network that a configuration describes: the inverse of {@link #configuration}.
   *
   * @throws ModelProblem if it is not a GoogLeNet of this class
   */
  public static GoogLeNet of(ComputationGraphConfiguration configuration) {
    return Recognition.of(configuration);
  }

  /**
   * The graph's configuration.
   *
   * @param updater the optimiser of every parameter, usually a {@link MomentumSgd}
   * @param weightDecay added as {@code decay * w} to the gradient of every weight, but not of
   *     biases, before the updater sees it
   * @param seed of the initial weights
   */
  public ComputationGraphConfiguration configuration(
      IUpdater updater, double weightDecay, long seed) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(updater)
            .l2(weightDecay)
            .l2Bias(0)
            .weightInit(initialisation.weights())
            .biasInit(bias)
            .trainingWorkspaceMode(WorkspaceMode.ENABLED)
            .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
            .graphBuilder()
            .addInputs(INPUT);
    addStem(graph);
    String last = addBlocks(graph);
    addMainHead(graph, last);
    addAuxiliaryHead(graph, "aux1", "4a", loss.aux1());
    addAuxiliaryHead(graph, "aux2", "4d", loss.aux2());
    return graph
        .setOutputs(HEADS.toArray(String[]::new))
        .setInputTypes(InputType.convolutional(side, side, 3))
        .build();
  }

  /**
   * 7x7/2, pool, 1x1, 3x3, pool: {@code [n, 3, side, side]} to {@code [n, 192, side/8, side/8]}.
   */
  private void addStem(GraphBuilder graph) {
    graph
        .addLayer("conv1", Layers.convolution(64, 7, 2, 3), new ImageInput(side), INPUT)
        .addLayer("pool1", Layers.maxPool(2), "conv1")
        .addLayer("conv2", Layers.convolution(64, 1, 1, 0), "pool1")
        .addLayer("conv3", Layers.convolution(192, 3, 1, 1), "conv2")
        .addLayer("pool2", Layers.maxPool(2), "conv3");
  }

  /** The nine blocks with a pool in front of 4a and of 5a; returns the last vertex. */
  private static String addBlocks(GraphBuilder graph) {
    String input = "pool2";
    for (InceptionBlock block : BLOCKS) {
      switch (block.name()) {
        case "4a" -> {
          graph.addLayer("pool3", Layers.maxPool(2), input);
          input = "pool3";
        }
        case "5a" -> {
          graph.addLayer("pool4", Layers.maxPool(2), input);
          input = "pool4";
        }
        default -> {}
      }
      block.addTo(graph, input);
      input = block.name();
    }
    return input;
  }

  private void addMainHead(GraphBuilder graph, String input) {
    int map = lastMapSide();
    int channels = LAST_BLOCK.out();
    graph
        .addLayer("avgpool", Layers.averagePool(map, 1), input)
        .addLayer("dropout", Layers.dropout(dropoutMain), flatten(1, channels), "avgpool")
        .addLayer("main", classifier(loss.main()), "dropout");
  }

  private void addAuxiliaryHead(GraphBuilder graph, String name, String input, double weight) {
    graph
        .addLayer(name + ".pool", Layers.averagePool(5, 3), input)
        .addLayer(
            name + ".conv", Layers.convolution(128, 1, 1, 0, Activation.IDENTITY), name + ".pool")
        .addLayer(
            name + ".fc1",
            new DenseLayer.Builder().nOut(1024).activation(Activation.RELU).build(),
            flatten(auxiliaryMapSide(), 128),
            name + ".conv")
        .addLayer(name + ".dropout", Layers.dropout(dropoutAux), name + ".fc1")
        .addLayer(name, classifier(weight), name + ".dropout");
  }

  private OutputLayer classifier(double weight) {
    return new OutputLayer.Builder(new WeightedLoss(weight))
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** {@code [n, channels, side, side]} to {@code [n, channels * side * side]} in C, H, W order. */
  private static CnnToFeedForwardPreProcessor flatten(int side, int channels) {
    return new CnnToFeedForwardPreProcessor(side, side, channels);
  }

  /** Side of the maps of 4a to 4e, which have been halved four times, rounding up. */
  private int middleMapSide() {
    return halved(4);
  }

  /** Side of the maps of 5a and 5b. */
  private int lastMapSide() {
    return halved(5);
  }

  private int auxiliaryMapSide() {
    return (middleMapSide() - 5) / 3 + 1;
  }

  private int halved(int times) {
    int map = side;
    for (int i = 0; i < times; i++) {
      map = (map + 1) / 2;
    }
    return map;
  }

  private static void requireDropout(double drop) {
    require(
        drop >= 0 && drop < 1, "model.dropout", drop, "must be a probability to drop in [0, 1)");
  }

  private static void require(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new ModelProblem(key + ": " + value + ": " + allowed);
    }
  }
}
