package org.googlenet.dl4j;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.datavec.spark.util.BroadcastHadoopConfigHolder;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.data.loader.RemoteFileSourceFactory;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.googlenet.averaging.DivergedProblem;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.Precision;
import org.googlenet.model.GlobalNormClipping;
import org.googlenet.model.MomentumSgd;
import org.googlenet.spark.JobFailure;
import org.googlenet.spark.TaskCores;
import org.nd4j.common.loader.SourceFactory;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains any {@code ComputationGraph} behind dl4j-spark's interface by this project's rounds of
 * local steps and averaging.
 *
 * <pre>{@code
 * TrainingMaster<?, ?> master =
 *     AveragingTrainingMaster.builder().workers(4).localSteps(8).seed(1).build();
 * SparkComputationGraph graph = new SparkComputationGraph(spark, network, master);
 * graph.fit(batches); // JavaRDD<DataSet>, each element one mini-batch
 * }</pre>
 *
 * <p>Each element of the RDD is one mini-batch and makes one local step, unless {@link
 * Builder#batchSizePerWorker} groups them. Round r takes the elements from {@code r * workers *
 * localSteps} on, and each worker an even share of consecutive ones. The last round is shorter: no
 * element is dropped, and a worker may not have any element in it. After each round, parameters and
 * the whole updater state are averaged, weighted by examples, and set in the network of the {@code
 * SparkComputationGraph}. Its iteration count is the global step: it grows by the largest number of
 * local steps of any worker, and the learning-rate schedules on the workers use it. Dropout depends
 * on seed, global step and worker. So the same call gives the same bits, wherever and however often
 * a task runs.
 *
 * <p>The workers clip the gradient by {@link GlobalNormClipping} if the network's updater is a
 * {@link MomentumSgd} that asks for it. An RDD without elements is refused. If an element is null
 * or cannot be made or trained on, the call ends with a {@link JobFailure}; if a round diverges,
 * with a {@link DivergedProblem}. The network then is as the last complete round left it.
 *
 * <p>From the first call on the network's parameters are freed by the garbage collector only, so
 * that scoring the network by Spark does not close them.
 *
 * <p>The network's values must be 32-bit floats, and {@code spark.serializer} must be Spark's
 * default.
 */
public final class AveragingTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {

  private static final Logger LOG = LoggerFactory.getLogger(AveragingTrainingMaster.class);

  private final MasterSettings settings;
  private final List<TrainingHook> hooks = new ArrayList<>();
  private final List<TrainingListener> listeners = new ArrayList<>();
  private EngineDecision logged;

  private AveragingTrainingMaster(MasterSettings settings) {
    this.settings = settings;
  }

  /** A builder; {@code workers} and {@code localSteps} must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects how to train, value by value. */
  public static final class Builder {

    private int workers;
    private int localSteps;
    private int batchSizePerWorker = MasterSettings.AUTO;
    private int threads = MasterSettings.AUTO;
    private long seed;
    private EngineKind engine = EngineKind.AUTO;
    private Precision precision = Precision.FP32;

    private Builder() {}

    /** Workers per round, at least 1: as many Spark tasks, however many executors there are. */
    public Builder workers(int number) {
      this.workers = number;
      return this;
    }

    /** Mini-batches per worker between two averages, at least 1. */
    public Builder localSteps(int number) {
      this.localSteps = number;
      return this;
    }

    /**
     * Examples of a local step, at least 1, for RDDs whose elements are single examples or small
     * groups: each worker puts its consecutive elements together, and divides what is too large, as
     * DL4J's {@code ParameterAveragingTrainingMaster} does. The last mini-batch of a worker in a
     * round may be smaller. How many elements a round has follows from the examples of the first
     * element. By default each element is a mini-batch.
     */
    public Builder batchSizePerWorker(int examples) {
      this.batchSizePerWorker = MasterSettings.requirePositive("batchSizePerWorker", examples);
      return this;
    }

    /**
     * Which engine makes the local steps: {@code AUTO}, the default, takes {@code ONEDNN} where the
     * executors have it and it knows the network, else {@code DL4J}, which is the network's own
     * {@code fit} and slower. The results are the same within the rounding of 32-bit floats; units
     * that dropout drops are others.
     */
    public Builder engine(EngineKind kind) {
      this.engine = Objects.requireNonNull(kind, "engine");
      return this;
    }

    /**
     * The arithmetic of convolutions, {@code FP32} by default. {@code BF16} needs engine onednn;
     * executors without such instructions go on in {@code FP32}.
     */
    public Builder precision(Precision arithmetic) {
      this.precision = Objects.requireNonNull(arithmetic, "precision");
      return this;
    }

    /**
     * Threads that a worker computes with, at least 1; by default the cores of a task, {@code
     * spark.task.cpus}. The last bits of the result depend on it.
     */
    public Builder threads(int number) {
      this.threads = MasterSettings.requirePositive("threads", number);
      return this;
    }

    /** Seed of the dropout, 0 by default. */
    public Builder seed(long value) {
      this.seed = value;
      return this;
    }

    /**
     * A training master, which can train any number of networks.
     *
     * @throws IllegalArgumentException if a value is missing or out of range
     */
    public AveragingTrainingMaster build() {
      return new AveragingTrainingMaster(
          new MasterSettings(
              workers, localSteps, batchSizePerWorker, threads, seed, engine, precision));
    }
  }

  /**
   * Trains on mini-batches.
   *
   * @param data mini-batches; for networks with one input and one output
   */
  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> data) {
    train(graph, MiniBatches.ofDataSets(data), MiniBatches::read);
  }

  /**
   * Trains on mini-batches with any number of inputs and outputs.
   *
   * @param data mini-batches
   */
  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> data) {
    train(graph, MiniBatches.ofMultiDataSets(data), MiniBatches::read);
  }

  /**
   * Trains on files, each a mini-batch, which the workers load when they need them.
   *
   * @param network must be null
   * @param paths Hadoop paths
   * @param loader of data sets, or null
   * @param multiLoader of multi data sets, used if {@code loader} is null
   * @throws UnsupportedOperationException if {@code network} is not null
   */
  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader loader,
      MultiDataSetLoader multiLoader) {
    if (network != null) {
      throw onlyGraphs();
    }
    SourceFactory sources =
        new RemoteFileSourceFactory(BroadcastHadoopConfigHolder.get(graph.getSparkContext()));
    Function<String, MultiDataSet> read =
        loader != null
            ? path -> loader.load(sources.getSource(path)).toMultiDataSet()
            : path -> multiLoader.load(sources.getSource(path));
    train(graph, MiniBatches.ofPaths(paths), read);
  }

  private <T> void train(
      SparkComputationGraph graph, JavaRDD<T> elements, Function<T, MultiDataSet> read) {
    new GraphTraining(graph, settings, listeners, this::log).run(elements, read, worker(graph));
  }

  /** Logs which engine is taken, unless the last training has had the same. */
  private void log(EngineDecision decision) {
    if (decision.equals(logged)) {
      return;
    }
    if (decision.why().isEmpty()) {
      LOG.info("local steps are made by {}", decision);
    } else {
      LOG.warn("local steps are made by {}", decision);
    }
    logged = decision;
  }

  private GraphWorker worker(SparkComputationGraph graph) {
    ComputationGraph network = graph.getNetwork();
    int threads =
        settings.threads() == MasterSettings.AUTO
            ? TaskCores.of(graph.getSparkContext())
            : settings.threads();
    return new GraphWorker(
        new WorkerNetwork.Spec(network.getConfiguration().toJson(), threads, settings.wanted()),
        network.getEpochCount(),
        settings.batchSizePerWorker(),
        settings.seed(),
        List.copyOf(hooks));
  }

  /**
   * Refuses a {@code MultiLayerNetwork}.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> data) {
    throw onlyGraphs();
  }

  /**
   * Refuses a {@code MultiLayerNetwork}.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw onlyGraphs();
  }

  /**
   * Refuses: the rounds use workers of their own.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw new UnsupportedOperationException(
        "AveragingTrainingMaster has no TrainingWorker: train through SparkComputationGraph.fit");
  }

  private static UnsupportedOperationException onlyGraphs() {
    return new UnsupportedOperationException(
        "AveragingTrainingMaster trains a ComputationGraph, not a MultiLayerNetwork: convert it by"
            + " toComputationGraph() and train it through SparkComputationGraph");
  }

  /** Adds a hook that is sent to the workers and called around each local step. */
  @Override
  public void addHook(TrainingHook hook) {
    hooks.add(hook);
  }

  @Override
  public void removeHook(TrainingHook hook) {
    hooks.remove(hook);
  }

  /**
   * Sets listeners, which are called on the driver.
   *
   * <p>Each call of {@code fit} is an epoch to them. Of each iteration they are told by its number,
   * score and examples, as by the network's own {@code fit}, but of those of a round one after the
   * other when it is averaged: the network's parameters and iteration count are those after the
   * round, and its gradient is what the round subtracted from the parameters. Score and examples
   * are those of all workers' local steps of that number. {@code onForwardPass}, {@code
   * onBackwardPass} and {@code onGradientCalculation} are not called.
   */
  @Override
  public void setListeners(Collection<TrainingListener> called) {
    listeners.clear();
    listeners.addAll(called);
  }

  /**
   * The same as {@link #setListeners(Collection)}.
   *
   * @param router receives the statistics of listeners that route them; may be null
   */
  @Override
  public void setListeners(StatsStorageRouter router, Collection<TrainingListener> called) {
    setListeners(called);
    if (router != null) {
      for (TrainingListener listener : called) {
        if (listener instanceof RoutingIterationListener routing) {
          routing.setStorageRouter(router);
        }
      }
    }
  }

  /**
   * Refuses to collect statistics.
   *
   * @throws UnsupportedOperationException if {@code collect}
   */
  @Override
  public void setCollectTrainingStats(boolean collect) {
    if (collect) {
      throw new UnsupportedOperationException(
          "AveragingTrainingMaster collects no training statistics: see Spark's UI for the times of"
              + " a round, or set listeners");
    }
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return false;
  }

  /** Returns null: no statistics are collected. */
  @Override
  public SparkTrainingStats getTrainingStats() {
    return null;
  }

  /** Returns true: there are no temporary files. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    return true;
  }

  /** Returns true: there are no temporary files. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return true;
  }

  /** The settings, without hooks and listeners, for {@link #fromJson}. */
  @Override
  public String toJson() {
    return settings.write(new ObjectMapper());
  }

  /** The settings, without hooks and listeners, for {@link #fromYaml}. */
  @Override
  public String toYaml() {
    return settings.write(new ObjectMapper(new YAMLFactory()));
  }

  /**
   * A training master with the settings that {@link #toJson} gave; one that is left out has its
   * default.
   *
   * @throws IllegalArgumentException if a key is not known, or a value is out of range; the message
   *     names it
   */
  public static AveragingTrainingMaster fromJson(String json) {
    return new AveragingTrainingMaster(MasterSettings.read(new ObjectMapper(), json));
  }

  /**
   * A training master with the settings that {@link #toYaml} gave.
   *
   * @throws IllegalArgumentException as {@link #fromJson} does
   */
  public static AveragingTrainingMaster fromYaml(String yaml) {
    return new AveragingTrainingMaster(
        MasterSettings.read(new ObjectMapper(new YAMLFactory()), yaml));
  }
}
