package org.googlenet.engine;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.common.Lifetime;
import org.googlenet.common.Span;
import org.googlenet.engine.onednn.ConvolutionLimits;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.engine.onednn.UnsupportedNetwork;
import org.googlenet.model.Batch;
import org.googlenet.model.Head;
import org.googlenet.model.ParameterLayout;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The engine that makes local steps with oneDNN's primitives on the parameters of a DL4J network.
 *
 * <p>Forward and backward pass are a compiled {@link Plan}; everything else stays DL4J's: the flat
 * parameter vector, the flat gradient (summed over the batch, as DL4J's own backward pass leaves
 * it), the updater with its state, listeners and serialisers. {@link FusedMomentumSgd} replaces the
 * updater where it gives the same bits.
 *
 * <p>A batch smaller than the plan's is padded with images that do not count. Where examples change
 * each other's results, as in a batch normalisation, it gets a plan of its own size instead.
 */
public final class OneDnnEngine implements Engine {

  /** The recipe's name for this engine. */
  public static final String NAME = "onednn";

  private final ComputationGraph graph;
  private final Dl4jNetwork trained;
  private final INDArray parameters;
  private final boolean ownsGraph;
  private final Network network;
  private final ParameterLayout layout;
  private final List<Head> heads;
  private final FlatVectors vectors;
  private final Plan.Options options;
  private final int threads;

  /** How a gradient becomes an update. */
  private record Update(LastGradient gradient, Dl4jUpdate update) {}

  private final TrainingSteps steps;
  private Update update;
  private long updateNanos;
  private InferencePass inference;
  private boolean weightsChanged;

  /** Plans and threads that are forgotten unclosed are freed by themselves. */
  private final Lifetime lifetime = new Lifetime(this, "engine", () -> {});

  private OneDnnEngine(
      ComputationGraph graph,
      boolean ownsGraph,
      Network network,
      Plan.Options options,
      int threads) {
    this.graph = graph;
    this.trained = Dl4jNetwork.of(graph);
    this.parameters = graph.params();
    this.ownsGraph = ownsGraph;
    this.network = network;
    this.layout = ParameterLayout.of(graph.getConfiguration());
    this.heads = Head.of(graph.getConfiguration());
    this.vectors = new FlatVectors(graph, layout);
    this.options = options;
    this.threads = threads;
    this.steps = new TrainingSteps(trained, network);
  }

  /**
   * An engine that trains an existing network in place: its parameters, its updater, its listeners.
   *
   * @param graph initialised, with one input of images and softmax cross-entropy outputs
   * @throws IllegalArgumentException if it is not initialised
   * @throws IllegalStateException if it is closed
   */
  public static Builder of(ComputationGraph graph) {
    FlatVectors.requireOpen(graph);
    return new Builder(graph, false);
  }

  /**
   * An engine with a network of its own, freshly initialised.
   *
   * @param configuration JSON of a {@code ComputationGraphConfiguration} with one updater that
   *     keeps one value per parameter
   */
  public static Builder of(String configuration) {
    return new Builder(
        new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration)), true);
  }

  /** What {@link Engines} lends. */
  static OneDnnEngine of(EngineSpec spec) {
    return of(spec.configuration())
        .batch(spec.batch())
        .threads(spec.threads())
        .precision(spec.precision())
        .convolution(spec.convolution())
        .open();
  }

  /** How an engine is made; the defaults are 32 images, one thread and fp32. */
  public static final class Builder {

    private final ComputationGraph graph;
    private final boolean ownsGraph;
    private int batch = 32;
    private int threads = 1;
    private Precision precision = Precision.FP32;
    private Convolution convolution = Convolution.AUTO;
    private List<Long> image;

    private Builder(ComputationGraph graph, boolean ownsGraph) {
      this.graph = graph;
      this.ownsGraph = ownsGraph;
    }

    /** The largest number of examples of a step or pass, at least 1; fewer are padded. */
    public Builder batch(int examples) {
      this.batch = EngineArguments.requireBatch(examples);
      return this;
    }

    /**
     * Threads that the calling thread's native libraries are set to ({@link NativeThreads#use}).
     */
    public Builder threads(int number) {
      this.threads = NativeThreads.require(number);
      return this;
    }

    /** The arithmetic of convolutions. */
    public Builder precision(Precision arithmetic) {
      this.precision = Objects.requireNonNull(arithmetic, "precision");
      return this;
    }

    /** The algorithm of convolutions. */
    public Builder convolution(Convolution algorithm) {
      this.convolution = Objects.requireNonNull(algorithm, "convolution");
      return this;
    }

    /**
     * The shape of the images, for a network without an {@code ImageInput} that gives their side;
     * for a network with one it must be the same.
     */
    public Builder image(long channels, long height, long width) {
      this.image = EngineArguments.requireImage(List.of(channels, height, width));
      return this;
    }

    /**
     * Makes the engine; plans are compiled when they are first needed.
     *
     * @throws UnsupportedNetwork if the network has a part that cannot be compiled, or neither it
     *     nor this builder says how large its images are
     * @throws IllegalArgumentException if the images are not those that the network was built for
     */
    public OneDnnEngine open() {
      Network network = Network.of(graph.getConfiguration());
      network.requireLabelledImages();
      Plan.Options options =
          new Plan.Options(
              batch,
              List.of(LabelledImages.shape(network.inputs().get(0), image)),
              precision == Precision.BF16,
              convolution != Convolution.DIRECT);
      if (ownsGraph) {
        graph.init();
      }
      return new OneDnnEngine(graph, ownsGraph, network, options, threads);
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

  /**
   * Bytes outside the Java heap that training takes: the plan's, and parameters, gradient and
   * momentum. Compiles the training step if that has not been done.
   */
  public long trainingBytes() {
    try (Lifetime.Use use = use()) {
      // an update of DL4J's has the gradient copied
      int vectors = update().update.isFused() ? 3 : 4;
      return largest().plan().bytes() + (long) vectors * Float.BYTES * parameters();
    }
  }

  /** Compiles the forward pass of the first heads, if that has not been done. */
  void prepareForPasses(int heads) {
    try (Lifetime.Use use = use()) {
      inference(heads);
    }
  }

  @Override
  public void load(float[] parameters, float[] momentum) {
    try (Lifetime.Use use = use()) {
      vectors.load(parameters, momentum);
      weightsChanged = true;
    }
  }

  @Override
  public void readParameters(float[] into) {
    try (Lifetime.Use use = use()) {
      vectors.readParameters(into);
    }
  }

  @Override
  public void readMomentum(float[] into) {
    try (Lifetime.Use use = use()) {
      vectors.readMomentum(into);
    }
  }

  @Override
  public void readGradient(int from, float[] into) {
    try (Lifetime.Use use = use()) {
      update().gradient.read(from, into);
    }
  }

  /**
   * One local step, as {@code ComputationGraph.fit} does it.
   *
   * @throws IllegalArgumentException if the batch has more examples than the plan
   */
  @Override
  public double[] step(Batch batch, int globalStep, long dropoutSeed) {
    EngineArguments.requireStep(globalStep);
    try (Lifetime.Use use = use()) {
      double[] losses = gradient(batch, dropoutSeed);
      int examples = batch.examples();
      if (!update.update.leavesGradient()) {
        update.gradient.keep();
      }
      long begun = System.nanoTime();
      try (Span span = Span.of("update")) {
        update.update.apply(
            new Dl4jUpdate.Pass(
                examples,
                weighted(losses),
                () -> List.of(LabelledImages.of(batch, options).array()),
                List::of,
                () -> step(examples).activations(examples)),
            globalStep);
      }
      updateNanos = System.nanoTime() - begun;
      weightsChanged = true;
      return losses;
    }
  }

  private double weighted(double[] losses) {
    return IntStream.range(0, losses.length)
        .mapToDouble(head -> heads.get(head).lossWeight() * losses[head])
        .sum();
  }

  /**
   * Forward and backward pass alone: the network's flat gradient becomes the sum over the batch.
   *
   * @return mean loss per head over the batch, not weighted
   * @throws IllegalArgumentException if the batch has more examples than the plan
   */
  public double[] gradient(Batch batch, long dropoutSeed) {
    try (Lifetime.Use use = use()) {
      LabelledImages images = LabelledImages.of(batch, options);
      TrainingStep step = step(batch.examples());
      double[] losses =
          step.gradient(
              images.buffers(),
              batch.examples(),
              dropoutSeed,
              (head, logits) ->
                  SoftmaxCrossEntropy.lossAndGradient(
                      logits, step.plan().classes(head), batch.labels(), lossWeight(head)));
      update().gradient.calculated();
      return losses;
    }
  }

  private double lossWeight(int head) {
    return network.outputs().get(head).softmaxWeight().orElseThrow();
  }

  @Override
  public float[][] probabilities(Batch batch) {
    return probabilities(batch, network.outputs().size());
  }

  /** The probabilities of the first heads; the other heads cost nothing. */
  @Override
  public float[][] probabilities(Batch batch, int heads) {
    EngineArguments.requireHeads(heads, this.heads);
    try (Lifetime.Use use = use()) {
      LabelledImages images = LabelledImages.of(batch, options);
      int examples = batch.examples();
      float[][] probabilities = inference(heads).logits(images.buffers(), examples);
      for (float[] logits : probabilities) {
        SoftmaxCrossEntropy.probabilities(logits, logits.length / examples);
      }
      return probabilities;
    }
  }

  @Override
  public float[][] probabilitiesAndFeatures(Batch batch) {
    try (Lifetime.Use use = use()) {
      LabelledImages images = LabelledImages.of(batch, options);
      float[][] results =
          inference(1, List.of(classifierInput())).logits(images.buffers(), batch.examples());
      SoftmaxCrossEntropy.probabilities(results[0], results[0].length / batch.examples());
      return results;
    }
  }

  /** The node that the first head's classifier reads. */
  private String classifierInput() {
    String head = network.outputs().get(0).name();
    return network.results().get(graph.getConfiguration().getVertexInputs().get(head).get(0));
  }

  /** Begins a use of the engine and its network by one thread. */
  private Lifetime.Use use() {
    Lifetime.Use use = lifetime.use();
    try {
      FlatVectors.requireOpen(graph);
      requireTheSameVectors();
      return use;
    } catch (RuntimeException e) {
      use.close();
      throw e;
    }
  }

  /** A plan computes on the vectors that it was compiled for. */
  private void requireTheSameVectors() {
    if (graph.params() != parameters
        || (update != null && !update.gradient.isOf(graph.getFlattenedGradients()))) {
      throw new IllegalStateException(
          "the network has been initialised again since the engine was opened: open a new one");
    }
  }

  /** Frees what the engine holds outside the Java heap; a second call does nothing. */
  @Override
  public void close() {
    if (!lifetime.end()) {
      return;
    }
    steps.close();
    if (update != null) {
      update.gradient.close();
      update.update.close();
    }
    if (inference != null) {
      inference.close();
    }
    if (ownsGraph) {
      graph.close();
    }
  }

  /** One local step, as {@link #step} makes it, with each part timed. */
  public StepTimes timedStep(Batch batch, int globalStep, long dropoutSeed) {
    try (Lifetime.Use use = use()) {
      LabelledImages.of(batch, options); // refuses a batch that no plan can be made for
      Plan plan = step(batch.examples()).plan();
      long begun = System.nanoTime();
      List<Plan.Timing> operations = plan.timed(() -> step(batch, globalStep, dropoutSeed));
      return new StepTimes((System.nanoTime() - begun) / 1e9, updateNanos / 1e9, operations);
    }
  }

  /** A forward pass, as {@link #probabilities(Batch, int)} makes it, with each part timed. */
  public StepTimes timedPass(Batch batch, int heads) {
    EngineArguments.requireHeads(heads, this.heads);
    try (Lifetime.Use use = use()) {
      InferencePass pass = inference(heads);
      long begun = System.nanoTime();
      List<Plan.Timing> operations = pass.timed(() -> probabilities(batch, heads));
      return new StepTimes((System.nanoTime() - begun) / 1e9, 0, operations);
    }
  }

  /**
   * How long the network's convolutions take by themselves: by the name of their node and what they
   * do, as {@link Plan.Timing} has both, in seconds. Empty if the network is one whose shapes
   * {@link ConvolutionLimits} does not know.
   *
   * @param times how often each is run; the median counts
   */
  public Map<String, Map<String, Double>> bareConvolutions(int times) {
    try (Lifetime.Use use = use();
        ConvolutionLimits limits = ConvolutionLimits.of(network, options)) {
      return limits.secondsByNode(times);
    }
  }

  /** Runs the operations of a training step once, on whatever values are there, and times each. */
  public List<Plan.Timing> profile() {
    try (Lifetime.Use use = use()) {
      return largest().plan().profile();
    }
  }

  private TrainingStep largest() {
    return steps.of(options);
  }

  private TrainingStep step(int examples) {
    return network.mixesExamples() ? steps.of(options.withBatch(examples)) : largest();
  }

  private Update update() {
    if (update == null) {
      update = new Update(LastGradient.of(graph), new Dl4jUpdate(trained, threads, !ownsGraph));
    }
    return update;
  }

  private InferencePass inference(int heads) {
    return inference(heads, List.of());
  }

  private InferencePass inference(int heads, List<String> kept) {
    if (inference == null || inference.heads() != heads || !inference.kept().equals(kept)) {
      if (inference != null) {
        inference.close();
        inference = null;
      }
      inference = InferencePass.compile(trained, network, options, heads, kept);
      weightsChanged = true;
    }
    if (weightsChanged || !ownsGraph) {
      inference.readWeights();
      weightsChanged = false;
    }
    return inference;
  }
}
