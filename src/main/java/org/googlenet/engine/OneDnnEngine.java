package org.googlenet.engine;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.engine.onednn.UnsupportedNetwork;
import org.googlenet.model.Batch;
import org.googlenet.model.GlobalNormClipping;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Local steps by oneDNN's primitives on the parameters of a DL4J network.
 *
 * <p>Forward and backward pass are a compiled {@link Plan}; all else stays DL4J's: the flat
 * parameter vector, the flat gradient (summed over the batch, as DL4J's own backward pass leaves
 * it), the updater with its state, listeners and serialisers. {@link FusedMomentumSgd} stands for
 * the updater where it gives the same bits.
 *
 * <p>A batch smaller than the plan's is padded with images that weigh nothing.
 */
public final class OneDnnEngine implements Engine {

  /** The recipe's name for this engine. */
  public static final String NAME = "onednn";

  /** Images of a part of a forward pass in bf16; 8 were 1.1 times as fast as 32 on Zen 4. */
  private static final int CACHED_PART = 8;

  private final ComputationGraph graph;
  private final Network network;
  private final Plan.Options options;
  private final int threads;
  private final boolean ownsGraph;

  /** A training plan, how its gradient becomes an update, and what it says of the heads. */
  private record Training(
      Plan plan, Optional<FusedMomentumSgd> fused, Gradient views, HeadGradients heads) {}

  private Training training;
  private Plan inference;
  private boolean weightsChanged;

  /**
   * An engine with a network of its own.
   *
   * @param spec whose configuration has an {@code ImageInput}, and one updater with a state value
   *     for each parameter
   * @throws UnsupportedNetwork if the network has a part that cannot be compiled
   */
  public OneDnnEngine(EngineSpec spec) {
    this(new ComputationGraph(ComputationGraphConfiguration.fromJson(spec.configuration())), spec);
  }

  private OneDnnEngine(ComputationGraph graph, EngineSpec spec) {
    this.graph = graph;
    this.network = Network.of(graph.getConfiguration());
    long side = network.side().orElseThrow(UnsupportedNetwork::withoutImageInput);
    this.options =
        new Plan.Options(
            spec.batch(),
            List.of(3L, side, side),
            spec.precision() == Precision.BF16,
            spec.convolution() != Convolution.DIRECT);
    this.threads = spec.threads();
    this.ownsGraph = true;
    graph.init();
  }

  /**
   * An engine that trains somebody's network in place: its parameters, its updater, its listeners.
   *
   * @param graph initialised, with one input of images and softmax cross-entropy outputs
   * @param threads that the calling thread's native libraries are set to ({@link
   *     NativeThreads#use})
   * @throws UnsupportedNetwork if the network has a part that cannot be compiled
   */
  public OneDnnEngine(ComputationGraph graph, Plan.Options options, int threads) {
    this.graph = graph;
    this.network = Network.of(graph.getConfiguration());
    this.options = options;
    this.threads = threads;
    this.ownsGraph = false;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int parameters() {
    return Math.toIntExact(graph.numParams());
  }

  /**
   * Bytes outside the Java heap that training takes: the plan's, and parameters, gradient and
   * momentum. Compiles the training step if it is not yet.
   */
  public long trainingBytes() {
    return training().plan.bytes() + 3L * Float.BYTES * parameters();
  }

  /** Compiles the forward pass of the first heads, if it is not yet. */
  void prepareForPasses(int heads) {
    inference(heads);
  }

  @Override
  public void load(float[] parameters, float[] momentum) {
    floats(graph.params()).put(parameters);
    floats(momentum()).put(momentum);
    weightsChanged = true;
  }

  @Override
  public void readParameters(float[] into) {
    floats(graph.params()).get(into);
  }

  @Override
  public void readMomentum(float[] into) {
    floats(momentum()).get(into);
  }

  /**
   * One local step, as {@code ComputationGraph.fit} does it.
   *
   * @throws IllegalArgumentException if the batch has more examples than the plan
   */
  @Override
  public double[] step(Batch batch, int globalStep, long dropoutSeed) {
    double[] losses = gradient(batch, dropoutSeed);
    int examples = batch.examples();
    if (graph.getListeners().isEmpty() && training.fused.isPresent()) {
      training.fused.get().apply(examples, globalStep);
    } else {
      update(batch, globalStep, losses);
    }
    graph.getConfiguration().setIterationCount(globalStep + 1);
    weightsChanged = true;
    return losses;
  }

  /**
   * Forward and backward pass alone: the network's flat gradient becomes the sum over the batch.
   *
   * @return mean loss of each head over the batch, not weighted
   * @throws IllegalArgumentException if the batch has more examples than the plan
   */
  public double[] gradient(Batch batch, long dropoutSeed) {
    Plan plan = training().plan;
    check(batch);
    plan.setImages(batch.pixels(), 0, batch.examples());
    for (int mask = 0; mask < plan.masks(); mask++) {
      plan.setMask(
          mask, DropoutMask.factors(dropoutSeed, mask, plan.keep(mask), plan.maskValues(mask)));
    }
    plan.forward();
    double[] losses = new double[plan.heads()];
    for (int head = 0; head < losses.length; head++) {
      float[] logits = logits(plan, head);
      losses[head] =
          SoftmaxCrossEntropy.lossAndGradient(
              logits, plan.classes(head), batch.labels(), plan.lossWeight(head));
      plan.setLogitsGradient(head, logits);
    }
    plan.backward();
    training.heads.calculated(batch.examples());
    return losses;
  }

  @Override
  public double[] headGradientNorms() {
    return training().heads.norms();
  }

  @Override
  public void addActiveUnits(ActiveUnits into) {
    training().heads.addActive(into);
  }

  @Override
  public float[][] probabilities(Batch batch) {
    return probabilities(batch, network.outputs().size());
  }

  /** The probabilities of the first heads; heads that are not asked for cost nothing. */
  @Override
  public float[][] probabilities(Batch batch, int heads) {
    check(batch);
    Plan plan = inference(heads);
    int examples = batch.examples();
    float[][] probabilities = new float[heads][];
    for (int head = 0; head < heads; head++) {
      probabilities[head] = new float[examples * plan.classes(head)];
    }
    for (int from = 0; from < examples; from += plan.batch()) {
      int to = Math.min(from + plan.batch(), examples);
      plan.setImages(batch.pixels(), from, to);
      plan.forward();
      for (int head = 0; head < heads; head++) {
        int classes = plan.classes(head);
        float[] rows = Arrays.copyOf(logits(plan, head), (to - from) * classes);
        SoftmaxCrossEntropy.probabilities(rows, classes);
        System.arraycopy(rows, 0, probabilities[head], from * classes, rows.length);
      }
    }
    return probabilities;
  }

  @Override
  public void close() {
    if (training != null) {
      training.plan.close();
      training.fused.ifPresent(FusedMomentumSgd::close);
    }
    if (inference != null) {
      inference.close();
    }
    if (ownsGraph) {
      graph.close();
    }
  }

  /** Runs the operations of a training step once, on whatever is there, and times each. */
  public List<Plan.Timing> profile() {
    return training().plan.profile();
  }

  private Training training() {
    if (training == null) {
      if (graph.getFlattenedGradients() == null) {
        graph.initGradientsView();
      }
      Gradient views = gradientViews();
      Plan plan =
          Plan.forTraining(
              network, options, address(graph.params()), address(graph.getFlattenedGradients()));
      training =
          new Training(plan, FusedMomentumSgd.of(graph, threads), views, HeadGradients.of(graph));
    }
    return training;
  }

  private Plan inference(int heads) {
    if (inference == null || inference.heads() != heads) {
      if (inference != null) {
        inference.close();
        inference = null;
      }
      inference = Plan.forInference(network, forPasses(), heads, address(graph.params()));
      weightsChanged = true;
    }
    if (weightsChanged || !ownsGraph) {
      inference.readWeights();
      weightsChanged = false;
    }
    return inference;
  }

  /**
   * In bf16 a forward pass goes in parts that the caches hold. Not so in fp32: Winograd's
   * algorithm, which bf16 has not, wants many images at once.
   */
  private Plan.Options forPasses() {
    int part = options.bf16() ? Math.min(CACHED_PART, options.batch()) : options.batch();
    return new Plan.Options(part, options.image(), options.bf16(), options.winograd());
  }

  private void check(Batch batch) {
    if (batch.examples() > options.batch()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a batch of %d examples: the engine was built for at most %d",
              batch.examples(),
              options.batch()));
    }
    long values = options.image().stream().reduce(1L, (one, other) -> one * other);
    if (batch.pixels().length != batch.examples() * values) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d values for %d images: the engine was built for images of %s (c, h, w)",
              batch.pixels().length,
              batch.examples(),
              options.image()));
    }
  }

  private static float[] logits(Plan plan, int head) {
    float[] logits = new float[plan.batch() * plan.classes(head)];
    plan.readLogits(head, logits);
    return logits;
  }

  /** The update as DL4J makes it, with whatever updater, and with its listeners told. */
  private void update(Batch batch, int globalStep, double[] losses) {
    training.heads.keep();
    INDArray gradient = graph.getFlattenedGradients();
    int epoch = graph.getConfiguration().getEpochCount();
    graph.getConfiguration().setIterationCount(globalStep);
    tellListeners(batch, losses);
    if (graph.getListeners().stream().noneMatch(GlobalNormClipping.class::isInstance)) {
      GlobalNormClipping.of(graph).ifPresent(norm -> norm.clip(gradient, batch.examples()));
    }
    graph
        .getUpdater(true)
        .update(
            training.views, globalStep, epoch, batch.examples(), LayerWorkspaceMgr.noWorkspaces());
    graph.params().subi(gradient);
    for (TrainingListener listener : graph.getListeners()) {
      listener.iterationDone(graph, globalStep, epoch);
    }
  }

  /** What DL4J's listeners see between the backward pass and the update. */
  private void tellListeners(Batch batch, double[] losses) {
    if (graph.getListeners().isEmpty()) {
      return;
    }
    double score = graph.calcRegularizationScore(true);
    for (int head = 0; head < losses.length; head++) {
      score += training.plan.lossWeight(head) * losses[head];
    }
    graph.setScore(score);
    List<Long> image = options.image();
    graph.setInput(
        0,
        Nd4j.create(
            batch.pixels(),
            new long[] {batch.examples(), image.get(0), image.get(1), image.get(2)},
            'c'));
    for (TrainingListener listener : graph.getListeners()) {
      listener.onGradientCalculation(graph);
    }
  }

  /** DL4J's view of the flat gradient, by layer and parameter. */
  private Gradient gradientViews() {
    DefaultGradient gradient = new DefaultGradient(graph.getFlattenedGradients());
    for (Layer layer : graph.getLayers()) {
      if (layer.numParams() > 0) {
        String name = layer.conf().getLayer().getLayerName();
        layer
            .conf()
            .getLayer()
            .initializer()
            .getGradientsFromFlattened(layer.conf(), layer.getGradientsViewArray())
            .forEach((key, view) -> gradient.setGradientFor(name + "_" + key, view));
      }
    }
    return gradient;
  }

  private INDArray momentum() {
    INDArray state = graph.getUpdater(true).getStateViewArray();
    if (state == null || state.length() != graph.numParams()) {
      throw new IllegalStateException(
          "the network's updater keeps "
              + (state == null ? 0 : state.length())
              + " values for "
              + graph.numParams()
              + " parameters; an engine needs one momentum for each");
    }
    return state;
  }

  private static FloatBuffer floats(INDArray flat) {
    return flat.data().asNioFloat();
  }

  private static long address(INDArray flat) {
    return flat.data().address();
  }
}
