package org.googlenet.engine;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.googlenet.common.SplitMix;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.Output;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.engine.onednn.UnsupportedNetwork;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.AsyncMultiDataSetIterator;
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
 * <p>The first batch decides for how many examples a step is compiled. A larger one has it compiled
 * anew, and a smaller one is padded with examples that do not count.
 *
 * <p>A trainer belongs to one thread at a time. Each call sets the number of threads of the calling
 * thread's native libraries, see {@link NativeThreads#use}.
 */
public final class OneDnnTrainer implements AutoCloseable {

  /** The most examples of a part of a forward pass, if no training says what a batch is. */
  private static final int PART = 32;

  private final Dl4jNetwork trained;
  private final Network network;
  private final Precision precision;
  private final Convolution convolution;
  private final int threads;
  private final Dl4jUpdate byDl4j;
  private final Optional<FusedMomentumSgd> fused;

  private TrainingStep training;
  private Plan.Options trainingOptions;
  private InferencePass inference;
  private boolean closed;

  private OneDnnTrainer(Builder builder, Network network) {
    this.trained = builder.trained;
    this.network = network;
    this.precision = builder.precision;
    this.convolution = builder.convolution;
    this.threads = builder.threads;
    this.byDl4j = new Dl4jUpdate(trained);
    this.fused =
        trained instanceof Dl4jNetwork.Graph graph
            ? FusedMomentumSgd.of(graph.model(), threads)
            : Optional.empty();
  }

  /**
   * A trainer of a graph.
   *
   * @param graph initialised
   */
  public static Builder of(ComputationGraph graph) {
    return new Builder(Dl4jNetwork.of(graph));
  }

  /**
   * A trainer of a sequence of layers.
   *
   * @param network initialised
   */
  public static Builder of(MultiLayerNetwork network) {
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
      this.precision = arithmetic;
      return this;
    }

    /** The algorithm of convolutions. */
    public Builder convolution(Convolution algorithm) {
      this.convolution = algorithm;
      return this;
    }

    /**
     * Threads that compute.
     *
     * @throws IllegalArgumentException if they are less than 1
     */
    public Builder threads(int number) {
      if (number < 1) {
        throw new IllegalArgumentException("threads: " + number + ": must be at least 1");
      }
      this.threads = number;
      return this;
    }

    /**
     * Makes the trainer.
     *
     * @throws UnsupportedNetwork if the network has parts that cannot be compiled; the message
     *     names all of them
     */
    public OneDnnTrainer open() {
      return new OneDnnTrainer(this, Network.of(trained.configuration()));
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

  /**
   * Trains for some epochs.
   *
   * @param iterator that can be reset, if the epochs are more than one
   * @throws IllegalArgumentException if there is no epoch, or more than one and no reset
   */
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
    begin();
    for (TrainingListener listener : trained.listeners()) {
      listener.onEpochStart(trained.model());
    }
    forEach(
        iterator,
        (batch, waited) -> {
          trained.setWaited(waited);
          fit(batch);
        });
    for (TrainingListener listener : trained.listeners()) {
      listener.onEpochEnd(trained.model());
    }
    trained.endEpoch();
  }

  /**
   * One iteration.
   *
   * @throws UnsupportedNetwork if there are masks
   */
  public void fit(DataSet batch) {
    refuseMasks(batch.hasMaskArrays());
    fit(new INDArray[] {batch.getFeatures()}, new INDArray[] {batch.getLabels()});
  }

  /**
   * One iteration.
   *
   * @throws UnsupportedNetwork if there are masks
   */
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
    begin();
    int examples = examples(features);
    requireNumber("labels", labels.length, "outputs", network.outputs().size());
    TrainingStep step = training(examples, shapes(features));
    int iteration = trained.iteration();
    long seed = SplitMix.hash(trained.seed(), iteration);
    double[] losses =
        step.gradient(
            buffers(features),
            examples,
            seed,
            (head, logits) -> lossAndGradient(head, logits, labels[head], examples));
    update(
        new Dl4jUpdate.Pass(
            examples,
            Arrays.stream(losses).sum(),
            () -> List.of(features),
            () -> List.of(labels),
            () -> step.activations(examples)),
        iteration);
    trained.setIteration(iteration + 1);
  }

  private void update(Dl4jUpdate.Pass pass, int iteration) {
    if (trained.listeners().isEmpty() && fused.isPresent()) {
      trained.setScore(trained.regularisation() + pass.loss());
      fused.get().apply(pass.examples(), iteration);
    } else {
      byDl4j.apply(pass, iteration);
    }
  }

  /** By DL4J's own loss; the examples that pad the batch get no gradient. */
  private double lossAndGradient(int head, float[] logits, INDArray labels, int examples) {
    Output output = network.outputs().get(head);
    long[] shape = training.plan().logits(head);
    int values = logits.length / (int) shape[0] * examples;
    shape[0] = examples;
    INDArray real = Nd4j.create(Arrays.copyOf(logits, values), shape, 'c');
    double score = output.score(labels, real);
    FloatBuffer gradient = buffer(output.gradient(labels, real));
    gradient.get(0, logits, 0, values);
    Arrays.fill(logits, values, logits.length, 0);
    return score;
  }

  /**
   * What the network says, without dropout.
   *
   * @param features for each input, any number of examples
   * @return for each output {@code [n, classes]}, or maps {@code [n, c, h, w]}
   */
  public INDArray[] output(INDArray... features) {
    begin();
    int examples = examples(features);
    InferencePass pass = inference(examples, shapes(features));
    pass.readWeights();
    float[][] logits = pass.logits(buffers(features), examples);
    return IntStream.range(0, logits.length)
        .mapToObj(
            head ->
                network
                    .outputs()
                    .get(head)
                    .activated(Nd4j.create(logits[head], pass.shape(head, examples), 'c')))
        .toArray(INDArray[]::new);
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
    begin();
    forEach(
        iterator,
        (batch, waited) -> {
          refuseMasks(batch.hasMaskArrays());
          INDArray said = output(batch.getFeatures())[0];
          for (IEvaluation<?> evaluation : evaluations) {
            evaluation.eval(batch.getLabels(0), said);
          }
        });
  }

  /** Frees what the trainer holds outside the Java heap; the network stays as it is. */
  @Override
  public void close() {
    closed = true;
    if (training != null) {
      training.close();
      training = null;
    }
    if (inference != null) {
      inference.close();
      inference = null;
    }
    fused.ifPresent(FusedMomentumSgd::close);
  }

  private interface Use {
    void batch(MultiDataSet batch, long milliseconds);
  }

  /** Goes through an iterator as DL4J does: from its start if it is at its end, and read ahead. */
  private static void forEach(MultiDataSetIterator iterator, Use use) {
    if (!iterator.hasNext() && iterator.resetSupported()) {
      iterator.reset();
    }
    AsyncMultiDataSetIterator ahead =
        iterator.asyncSupported() ? new AsyncMultiDataSetIterator(iterator, 2, true) : null;
    MultiDataSetIterator all = ahead == null ? iterator : ahead;
    try {
      long asked = System.currentTimeMillis();
      while (all.hasNext()) {
        MultiDataSet batch = all.next();
        use.batch(batch, System.currentTimeMillis() - asked);
        asked = System.currentTimeMillis();
      }
    } finally {
      if (ahead != null) {
        ahead.shutdown();
      }
    }
  }

  private void begin() {
    if (closed) {
      throw new IllegalStateException("the trainer is closed");
    }
    NativeThreads.use(threads);
  }

  private TrainingStep training(int examples, List<List<Long>> shapes) {
    boolean keep = Dl4jUpdate.showsActivations(trained);
    boolean fits =
        training != null
            && trainingOptions.inputs().equals(shapes)
            && examples <= trainingOptions.batch()
            && (training.keeps() || !keep);
    if (!fits) {
      if (training != null) {
        training.close();
        training = null;
      }
      trainingOptions = options(examples, shapes);
      training = TrainingStep.compile(trained, network, trainingOptions, keep);
    }
    return training;
  }

  private InferencePass inference(int examples, List<List<Long>> shapes) {
    int part = trainingOptions == null ? Math.min(examples, PART) : trainingOptions.batch();
    if (inference == null || !inference.options().inputs().equals(shapes)) {
      if (inference != null) {
        inference.close();
        inference = null;
      }
      inference =
          InferencePass.compile(trained, network, options(part, shapes), network.outputs().size());
    }
    return inference;
  }

  private Plan.Options options(int examples, List<List<Long>> shapes) {
    return new Plan.Options(
        examples, shapes, precision == Precision.BF16, convolution != Convolution.DIRECT);
  }

  private void refuseMasks(boolean masked) {
    if (masked) {
      throw new IllegalArgumentException(
          "the data have mask arrays, which engine onednn does not know: train with DL4J's own fit");
    }
  }

  /** The number of examples, checked. */
  private int examples(INDArray[] features) {
    requireNumber("features", features.length, "inputs", network.inputs().size());
    int examples = Math.toIntExact(features[0].size(0));
    for (INDArray each : features) {
      if (each.isEmpty() || each.size(0) != examples) {
        throw new IllegalArgumentException(
            "features of shapes %s: each input needs the same number of examples, at least one"
                .formatted(Arrays.stream(features).map(INDArray::shapeInfoToString).toList()));
      }
    }
    return examples;
  }

  private static void requireNumber(String what, int given, String ofWhat, int needed) {
    if (given != needed) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d arrays of %s for a network of %d %s", given, what, needed, ofWhat));
    }
  }

  private static List<List<Long>> shapes(INDArray[] features) {
    List<List<Long>> shapes = new ArrayList<>();
    for (INDArray each : features) {
      shapes.add(Arrays.stream(each.shape()).skip(1).boxed().toList());
    }
    return shapes;
  }

  private static List<FloatBuffer> buffers(INDArray[] features) {
    return Arrays.stream(features).map(OneDnnTrainer::buffer).toList();
  }

  /** The values in C order from position 0 on; copied only where they do not lie so. */
  private static FloatBuffer buffer(INDArray array) {
    INDArray floats = array.castTo(DataType.FLOAT);
    boolean plain =
        floats.ordering() == 'c' && !floats.isView() && floats.data().length() == floats.length();
    return (plain ? floats : floats.dup('c')).data().asNioFloat();
  }
}
