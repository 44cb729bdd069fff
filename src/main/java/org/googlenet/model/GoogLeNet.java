package org.googlenet.model;

import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * GoogLeNet (Szegedy et al., "Going deeper with convolutions", 2014) as a table and the DL4J graph
 * that the table describes.
 *
 * <p>The input {@code input} is {@code [n, 3, side, side]}; the outputs {@code main}, {@code aux1}
 * and {@code aux2}, in this order, are probabilities {@code [n, classes]}, and the labels of each
 * are one-hot {@code [n, classes]}. A {@link Variant} says what is normalised and how maps are
 * pooled. Vertices have the same names in all of them; {@link Variant#LRN} adds {@code norm1} and
 * {@code norm2}, and {@link Variant#BATCHNORM} {@code X.bn} and {@code X.relu} behind each
 * convolution X.
 *
 * <p>At 1000 classes and side 224 the plain network has 13,378,280 parameters. At other sides the
 * main average pool covers the whole last map; the auxiliary pools stay 5x5 with stride 3, or give
 * 4x4 from any map ({@link Variant#BATCHNORM}).
 *
 * @param variant which of the networks that are called GoogLeNet
 * @param classes number of classes, at least 2
 * @param side height and width of the input in pixels, at least {@value #SMALLEST_SIDE}
 * @param initialisation how weights are drawn
 * @param bias initial value of every bias
 * @param dropoutMain probability to drop a feature in front of the main classifier, [0, 1)
 * @param dropoutAux probability to drop a feature in front of the auxiliary classifiers, [0, 1)
 * @param loss weights of the three losses
 */
public record GoogLeNet(
    Variant variant,
    int classes,
    int side,
    Initialisation initialisation,
    double bias,
    double dropoutMain,
    double dropoutAux,
    LossWeights loss) {

  /** The smallest input side: with it the plain auxiliary heads still have a map of 5x5 to pool. */
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

  /**
   * @throws ModelProblem if a value is outside its range
   */
  public GoogLeNet {
    Objects.requireNonNull(variant, "variant");
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
   * The plain one.
   *
   * @throws ModelProblem if a value is outside its range
   */
  public GoogLeNet(
      int classes,
      int side,
      Initialisation initialisation,
      double bias,
      double dropoutMain,
      double dropoutAux,
      LossWeights loss) {
    this(Variant.PLAIN, classes, side, initialisation, bias, dropoutMain, dropoutAux, loss);
  }

  /**
   * The plain one as the paper has it, but with weights by He et al. and biases that start with 0.
   *
   * @param side height and width of the input in pixels
   * @throws ModelProblem if a value is outside its range
   */
  public static GoogLeNet of(int classes, int side) {
    return of(Variant.PLAIN, classes, side);
  }

  /**
   * A variant with its usual dropouts, weights by He et al. and biases that start with 0.
   *
   * @param side height and width of the input in pixels
   * @throws ModelProblem if a value is outside its range
   */
  public static GoogLeNet of(Variant variant, int classes, int side) {
    return new GoogLeNet(
        variant,
        classes,
        side,
        Initialisation.HE,
        0,
        variant.dropoutMain(),
        variant.dropoutAux(),
        LossWeights.PAPER);
  }

  /** The same with other initial weights and biases. */
  public GoogLeNet withInitialisation(Initialisation weights, double biases) {
    return new GoogLeNet(variant, classes, side, weights, biases, dropoutMain, dropoutAux, loss);
  }

  /** The same with other probabilities to drop a feature. */
  public GoogLeNet withDropout(double main, double aux) {
    return new GoogLeNet(variant, classes, side, initialisation, bias, main, aux, loss);
  }

  /** The same with other weights of the three losses. */
  public GoogLeNet withLoss(LossWeights weights) {
    return new GoogLeNet(
        variant, classes, side, initialisation, bias, dropoutMain, dropoutAux, weights);
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
   * The graph's configuration. Initial scales of batch normalisations are 1 and shifts 0.
   *
   * @param updater the optimiser of every parameter, usually a {@link MomentumSgd}
   * @param weightDecay added as {@code decay * w} to the gradient of every weight, but not of
   *     biases, scales and shifts, before the updater sees it
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
    GoogLeNetGraph.addTo(graph, this);
    return graph
        .setOutputs(HEADS.toArray(String[]::new))
        .setInputTypes(InputType.convolutional(side, side, 3))
        .build();
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
