package org.googlenet.engine;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.googlenet.common.Lifetime;
import org.googlenet.model.Batch;
import org.googlenet.model.Frozen;
import org.googlenet.model.GlobalNormClipping;
import org.googlenet.model.Head;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;
import org.googlenet.model.ParameterLayout.Range;
import org.googlenet.model.WeightedLoss;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The engine that makes local steps with DL4J's own {@code ComputationGraph}, as it is.
 *
 * <p>The gradient is clipped by {@link GlobalNormClipping} if the network's {@link MomentumSgd}
 * says so. Two engines never share a configuration object: DL4J keeps counters in it, and the
 * losses in it remember their last value.
 */
public final class Dl4jEngine implements Engine {

  /** The recipe's name for this engine. */
  public static final String NAME = "dl4j";

  private final ComputationGraph network;
  private final List<WeightedLoss> losses;
  private final ParameterLayout layout;
  private final List<Head> heads;
  private final FlatVectors vectors;
  private final LastGradient gradient;

  /** ND4J frees the network of an engine that is forgotten unclosed. */
  private final Lifetime lifetime = new Lifetime(this, "engine", () -> {});

  /**
   * An engine with a network of its own.
   *
   * @param configuration JSON of a {@code ComputationGraphConfiguration} whose outputs have a
   *     {@link WeightedLoss} and whose layers share one updater with one state value per trained
   *     parameter
   * @throws IllegalArgumentException if the updater keeps another number of values
   */
  public Dl4jEngine(String configuration) {
    this(new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration)));
  }

  private Dl4jEngine(ComputationGraph network) {
    this.network = network;
    network.init();
    this.losses =
        network.getConfiguration().getNetworkOutputs().stream()
            .map(network::getLayer)
            .map(Dl4jEngine::loss)
            .toList();
    this.layout = ParameterLayout.of(network.getConfiguration());
    this.heads = Head.of(network.getConfiguration());
    this.vectors = new FlatVectors(network, layout);
    vectors.requireMomentum();
    this.gradient = LastGradient.of(network);
    network.addListeners(new BeforeClipping(gradient, frozen(network, layout)));
    GlobalNormClipping.of(network).ifPresent(network::addListeners);
  }

  /** The parameters of frozen layers, in order. */
  private static List<Range> frozen(ComputationGraph network, ParameterLayout layout) {
    return layout.entries().stream()
        .filter(entry -> network.getLayer(entry.vertex()) != null)
        .filter(entry -> Frozen.is(network.getLayer(entry.vertex()).conf().getLayer()))
        .map(Entry::range)
        .toList();
  }

  /**
   * Keeps the gradient after the backward pass, before the listeners behind this one change it;
   * that of frozen layers, which DL4J computes too, is 0.
   */
  private static final class BeforeClipping extends BaseTrainingListener {

    private final LastGradient gradient;
    private final List<Range> frozen;
    private final float[] zeros;

    BeforeClipping(LastGradient gradient, List<Range> frozen) {
      this.gradient = gradient;
      this.frozen = frozen;
      this.zeros = new float[frozen.stream().mapToInt(Range::length).max().orElse(0)];
    }

    @Override
    public void onGradientCalculation(Model model) {
      FloatBuffer flat = FlatVectors.floats(model.getGradientsViewArray());
      frozen.forEach(range -> flat.put(range.from(), zeros, 0, range.length()));
      gradient.keep();
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public List<Head> heads() {
    return heads;
  }

  @Override
  public void load(float[] parameters, float[] momentum) {
    try (Lifetime.Use use = lifetime.use()) {
      vectors.load(parameters, momentum);
    }
  }

  @Override
  public void readParameters(float[] into) {
    try (Lifetime.Use use = lifetime.use()) {
      vectors.readParameters(into);
    }
  }

  @Override
  public void readMomentum(float[] into) {
    try (Lifetime.Use use = lifetime.use()) {
      vectors.readMomentum(into);
    }
  }

  @Override
  public void readGradient(int from, float[] into) {
    try (Lifetime.Use use = lifetime.use()) {
      gradient.read(from, into);
    }
  }

  @Override
  public double[] step(Batch batch, int globalStep, long dropoutSeed) {
    EngineArguments.requireStep(globalStep);
    try (Lifetime.Use use = lifetime.use()) {
      try (INDArray images = images(batch);
          INDArray labels = oneHot(batch)) {
        INDArray[] ofEachHead = new INDArray[losses.size()];
        Arrays.fill(ofEachHead, labels);
        network.getConfiguration().setIterationCount(globalStep);
        Nd4j.getRandom().setSeed(dropoutSeed);
        network.fit(new INDArray[] {images}, ofEachHead);
      }
      return losses.stream().mapToDouble(WeightedLoss::lastMean).toArray();
    }
  }

  @Override
  public float[][] probabilities(Batch batch) {
    try (Lifetime.Use use = lifetime.use()) {
      try (INDArray images = images(batch)) {
        return Arrays.stream(network.output(false, images))
            .map(head -> head.dup('c').data().asFloat())
            .toArray(float[][]::new);
      }
    }
  }

  @Override
  public float[][] probabilities(Batch batch, int heads) {
    EngineArguments.requireHeads(heads, this.heads);
    return Arrays.copyOf(probabilities(batch), heads);
  }

  @Override
  public float[][] probabilitiesAndFeatures(Batch batch) {
    String head = network.getConfiguration().getNetworkOutputs().get(0);
    String read = network.getConfiguration().getVertexInputs().get(head).get(0);
    try (Lifetime.Use use = lifetime.use()) {
      try (INDArray images = images(batch)) {
        Map<String, INDArray> results = network.feedForward(images, false);
        return new float[][] {
          results.get(head).dup('c').data().asFloat(), results.get(read).dup('c').data().asFloat()
        };
      }
    }
  }

  @Override
  public void close() {
    if (lifetime.end()) {
      gradient.close();
      network.close();
    }
  }

  private static INDArray images(Batch batch) {
    int examples = batch.examples();
    long side = Math.round(Math.sqrt(batch.pixels().length / (3.0 * examples)));
    return Nd4j.create(batch.pixels(), new long[] {examples, 3, side, side}, 'c');
  }

  /** The labels as {@code [n, classes]}, with 1 at each label. */
  private INDArray oneHot(Batch batch) {
    int classes =
        Math.toIntExact(((FeedForwardLayer) network.getOutputLayer(0).conf().getLayer()).getNOut());
    SoftmaxCrossEntropy.requireLabels(batch.labels(), classes);
    INDArray labels = Nd4j.create(DataType.FLOAT, batch.examples(), classes);
    for (int i = 0; i < batch.examples(); i++) {
      labels.putScalar(i, batch.labels()[i], 1);
    }
    return labels;
  }

  private static WeightedLoss loss(Layer output) {
    return (WeightedLoss) ((BaseOutputLayer) output.conf().getLayer()).getLossFn();
  }
}
