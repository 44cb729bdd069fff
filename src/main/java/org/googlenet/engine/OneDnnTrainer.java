package org.googlenet.engine;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.googlenet.common.Lifetime;
import org.googlenet.common.SplitMix;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.engine.onednn.PlanTooLarge;
import org.googlenet.engine.onednn.UnsupportedNetwork;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains a {@code ComputationGraph} or {@code MultiLayerNetwork} of DL4J in place, as their own
 * {@code fit} does it, with oneDNN's kernels.
 *
 * <p>Parameters, updater and its state, learning-rate schedules, iteration and epoch counts, score
 * and listeners are the network's own, so that it can be saved, evaluated and trained by DL4J at
 * any time between two calls. What dropouts drop is decided by the network's seed and the
 * iteration.
 *
 * <p>A step is compiled for each size of batch, and the two that were last used are kept. So a step
 * gives the same bits whatever was trained before.
 *
 * <p>A trainer belongs to one thread at a time. Each call sets the number of threads of the calling
 * thread's native libraries, see {@link NativeThreads#use}.
 */
public final class OneDnnTrainer implements AutoCloseable {

  /** The most examples of a part of a forward pass. */
  private static final int PART = 64;

  private final Dl4jNetwork trained;
  private final INDArray parameters;
  private final INDArray gradients;
  private final Network network;
  private final Precision precision;
  private final Convolution convolution;
  private final int threads;
  private final Dl4jUpdate update;
  private final TrainingSteps steps;

  private final LastTwo<Plan.Options, InferencePass> passes = new LastTwo<>(InferencePass::close);

  /** Plans and threads that are forgotten unclosed are freed by themselves. */
  private final Lifetime lifetime = new Lifetime(this, "trainer", () -> {});

  private OneDnnTrainer(Builder builder, Network network) {
    this.trained = builder.trained;
    this.parameters = trained.params();
    this.gradients = trained.gradients();
    this.network = network;
    this.precision = builder.precision;
    this.convolution = builder.convolution;
    this.threads = builder.threads;
    this.steps = new TrainingSteps(trained, network);
    this.update = new Dl4jUpdate(trained, threads, true);
  }

  /**
   * A trainer of a graph.
   *
   * @param graph initialised
   * @throws IllegalArgumentException if it is not
   * @throws IllegalStateException if it is closed
   */
  public static Builder of(ComputationGraph graph) {
    FlatVectors.requireOpen(graph.params());
    return new Builder(Dl4jNetwork.of(graph));
  }

  /**
   * A trainer of a sequence of layers.
   *
   * @param network initialised
   * @throws IllegalArgumentException if it is not
   * @throws IllegalStateException if it is closed
   */
  public static Builder of(MultiLayerNetwork network) {
    FlatVectors.requireOpen(network.params());
    return new Builder(Dl4jNetwork.of(network));
  }

  /** How a trainer is made; the defaults are fp32 and a thread for each processor. */
  public static final class Builder {

    private final Dl4jNetwork trained;
    private Precision precision = Precision.FP32;
    private Convolution convolution = Convolution.AUTO;
    private int threads = Runtime.getRuntime().availableProcessors();

    private Builder(Dl4jNetwork trained) {
      this.trained = trained;
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
     * Threads that compute.
     *
     * @throws IllegalArgumentException if they are less than 1
     */
    public Builder threads(int number) {
      this.threads = NativeThreads.require(number);
      return this;
    }

    /**
     * Makes the trainer. What is found out only by compiling, such as a shape that the library
     * refuses, is found out now if the network says which shape its inputs have, and else at the
     * first batch.
     *
     * @throws UnsupportedNetwork if the network has parts that cannot be compiled; the message
     *     names all of them
     */
    public OneDnnTrainer open() {
      OneDnnTrainer trainer = new OneDnnTrainer(this, Network.of(trained.configuration()));
      try {
        trainer.tryToCompile();
        return trainer;
      } catch (RuntimeException e) {
        trainer.close();
        throw e;
      }
    }
  }

  /**
   * Trains for an epoch.
   *
   * @param iterator of a network with one input and one output; read ahead in a thread of its own
   *     if it allows that
   */
  public void fit(DataSetIterator iterator) {
    fit(new MultiDataSetIteratorAdapter(iterator));
  }

  /** The same for some epochs, see {@link #fit(MultiDataSetIterator, int)}. */
  public void fit(DataSetIterator iterator, int epochs) {
    fit(new MultiDataSetIteratorAdapter(iterator), epochs);
  }

  /**
   * Trains for some epochs.
   *
   * @param iterator that can be reset, if the epochs are more than one
   * @throws IllegalArgumentException if there is no epoch, or more than one and no reset
   */
  public void fit(MultiDataSetIterator iterator, int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs: " + epochs + ": must be at least 1");
    }
    if (epochs > 1 && !iterator.resetSupported()) {
      throw new IllegalArgumentException(
          "an iterator that cannot be reset serves one epoch, not " + epochs);
    }
    for (int epoch = 0; epoch < epochs; epoch++) {
      fit(iterator);
    }
  }

  /**
   * Trains for an epoch.
   *
   * @param iterator read ahead in a thread of its own if it allows that
   */
  public void fit(MultiDataSetIterator iterator) {
    Objects.requireNonNull(iterator, "iterator");
    try (Lifetime.Use use = use()) {
      trained.listeners().forEach(listener -> listener.onEpochStart(trained.model()));
      ReadAhead.forEach(
          iterator,
          (batch, waited) -> {
            trained.setWaited(waited);
            fit(batch);
          });
      trained.listeners().forEach(listener -> listener.onEpochEnd(trained.model()));
      trained.endEpoch();
    }
  }

  /**
   * One iteration.
   *
   * @throws IllegalArgumentException if there are masks, or as {@link #fit(INDArray[], INDArray[])}
   */
  public void fit(DataSet batch) {
    refuseMasks(batch.hasMaskArrays());
    fit(new INDArray[] {batch.getFeatures()}, new INDArray[] {batch.getLabels()});
  }

  /** The same for several inputs or outputs. */
  public void fit(MultiDataSet batch) {
    refuseMasks(batch.hasMaskArrays());
    fit(batch.getFeatures(), batch.getLabels());
  }

  /** One iteration of a network with one input and one output. */
  public void fit(INDArray features, INDArray labels) {
    fit(new INDArray[] {features}, new INDArray[] {labels});
  }

  /**
   * One iteration.
   *
   * @param features for each input of the network, {@code [n, c, h, w]} or {@code [n, values]}
   * @param labels for each output, as its loss takes them
   * @throws IllegalArgumentException if there are no examples, or their number or shape is not that
   *     of the network
   */
  public void fit(INDArray[] features, INDArray[] labels) {
    try (Lifetime.Use use = use()) {
      Features given = Features.of(network, features);
      Features.requireNumber("labels", labels.length, "outputs", network.outputs().size());
      Features.requireOpen("labels", labels);
      TrainingStep step = training(given);
      int iteration = trained.iteration();
      double[] losses =
          given.read(
              values ->
                  step.gradient(
                      values,
                      given.examples(),
                      SplitMix.hash(trained.seed(), iteration),
                      new DeclaredLosses(step, network.outputs(), labels)));
      update.apply(
          new Dl4jUpdate.Pass(
              given.examples(),
              Arrays.stream(losses).sum(),
              given::arrays,
              () -> List.of(labels),
              () -> step.activations(given.examples())),
          iteration);
    }
  }

  /**
   * What the network says, without dropout.
   *
   * @param features for each input, any number of examples
   * @return for each output {@code [n, classes]}, or maps {@code [n, c, h, w]}
   */
  public INDArray[] output(INDArray... features) {
    try (Lifetime.Use use = use()) {
      Features given = Features.of(network, features);
      InferencePass pass = pass(given);
      pass.readWeights();
      return output(pass, given);
    }
  }

  private INDArray[] output(InferencePass pass, Features given) {
    float[][] logits = given.read(values -> pass.logits(values, given.examples()));
    INDArray[] said = new INDArray[logits.length];
    for (int head = 0; head < said.length; head++) {
      long[] shape = pass.shape(head, given.examples());
      said[head] = network.outputs().get(head).activated(Nd4j.create(logits[head], shape, 'c'));
    }
    return said;
  }

  /** Compares what the network says with the labels of an iterator, by classes. */
  public Evaluation evaluate(DataSetIterator iterator) {
    List<String> names = iterator.getLabels();
    Evaluation evaluation = names == null ? new Evaluation() : new Evaluation(names);
    evaluate(new MultiDataSetIteratorAdapter(iterator), evaluation);
    return evaluation;
  }

  /** The same for an iterator of several inputs; the first output counts. */
  public Evaluation evaluate(MultiDataSetIterator iterator) {
    Evaluation evaluation = new Evaluation();
    evaluate(iterator, evaluation);
    return evaluation;
  }

  /**
   * Compares what the first output says with an iterator's labels.
   *
   * @param evaluations of DL4J, such as {@code RegressionEvaluation} and {@code ROC}
   */
  public void evaluate(MultiDataSetIterator iterator, IEvaluation<?>... evaluations) {
    Objects.requireNonNull(iterator, "iterator");
    List<IEvaluation<?>> all = List.of(evaluations);
    Set<InferencePass> ready = new HashSet<>();
    try (Lifetime.Use use = use()) {
      ReadAhead.forEach(
          iterator,
          (batch, waited) -> {
            refuseMasks(batch.hasMaskArrays());
            Features given = Features.of(network, batch.getFeatures());
            InferencePass pass = pass(given);
            if (ready.add(pass)) {
              pass.readWeights();
            }
            INDArray said = output(pass, given)[0];
            all.forEach(
                each -> each.eval(batch.getLabels(0), said, null, batch.getExampleMetaData()));
          });
    }
  }

  /**
   * Bytes outside the Java heap that training takes with batches of these shapes: activations and
   * weights in the kernels' layouts, the network's parameters and gradient, and its updater's
   * state. Compiles the step if that has not been done.
   *
   * @param features for each input of the network; their values do not count
   * @throws PlanTooLarge if the system does not have the memory
   */
  public long trainingBytes(INDArray... features) {
    try (Lifetime.Use use = use()) {
      INDArray state = trained.updater().getStateViewArray();
      long vectors = 2 * parameters.length() + (state == null ? 0 : state.length());
      return training(Features.of(network, features)).plan().bytes() + Float.BYTES * vectors;
    }
  }

  /** Frees what the trainer holds outside the Java heap; the network stays as it is. */
  @Override
  public void close() {
    if (!lifetime.end()) {
      return;
    }
    steps.close();
    passes.close();
    update.close();
  }

  /** Begins a use of the trainer and its network by one thread. */
  private Lifetime.Use use() {
    Lifetime.Use use = lifetime.use();
    try {
      FlatVectors.requireOpen(parameters);
      requireTheSameVectors();
      NativeThreads.use(threads);
      return use;
    } catch (RuntimeException e) {
      use.close();
      throw e;
    }
  }

  /** What is compiled computes on the vectors that it was compiled for. */
  private void requireTheSameVectors() {
    if (trained.params() != parameters || trained.gradients() != gradients) {
      throw new IllegalStateException(
          "the network has been initialised again since the trainer was opened: open a new one");
    }
  }

  private void tryToCompile() {
    List<List<Long>> shapes =
        network.inputs().stream().map(Network.Input::shape).flatMap(Optional::stream).toList();
    if (shapes.size() == network.inputs().size()) {
      TrainingStep.compile(trained, network, options(1, shapes), false).close();
    }
  }

  private TrainingStep training(Features given) {
    return steps.of(options(given.examples(), given.shapes()));
  }

  private InferencePass pass(Features given) {
    Plan.Options options = options(Math.min(given.examples(), PART), given.shapes());
    return passes.get(
        options, () -> InferencePass.compile(trained, network, options, network.outputs().size()));
  }

  private Plan.Options options(int examples, List<List<Long>> shapes) {
    return new Plan.Options(
        examples, shapes, precision == Precision.BF16, convolution != Convolution.DIRECT);
  }

  private static void refuseMasks(boolean masked) {
    if (masked) {
      throw new IllegalArgumentException(
          "mask arrays: are not known to engine onednn; train this network with its own fit");
    }
  }
}
