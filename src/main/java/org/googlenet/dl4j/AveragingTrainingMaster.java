package org.googlenet.dl4j;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import org.googlenet.model.GlobalNormClipping;
import org.googlenet.model.MomentumSgd;
import org.googlenet.spark.JobFailure;
import org.googlenet.spark.TaskCores;
import org.nd4j.common.loader.SourceFactory;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLFactory;

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
 * <p>Each element of the RDD is one mini-batch and makes one local step. Round r takes the elements
 * from {@code r * workers * localSteps} on, and each worker an even share of consecutive ones. The
 * last round is shorter: no element is dropped, and a worker may not have any element in it. After
 * each round, parameters and the whole updater state are averaged, weighted by examples, and set in
 * the network of the {@code SparkComputationGraph}. Its iteration count is the global step: it
 * grows by the largest number of local steps of any worker, and the learning-rate schedules on the
 * workers use it. Dropout is seeded before each local step from (seed, global step, worker). So the
 * same call gives the same bits, wherever and however often a task runs.
 *
 * <p>The workers clip the gradient by {@link GlobalNormClipping} if the network's updater is a
 * {@link MomentumSgd} that asks for it. If an element cannot be made or trained on, the call ends
 * with a {@link JobFailure}, and the network is as the last complete round left it.
 *
 * <p>The network's values must be 32-bit floats, and {@code spark.serializer} must be Spark's
 * default.
 */
public final class AveragingTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {

  private static final int TASK_CORES = 0;

  private final int workers;
  private final int localSteps;
  private final int threads;
  private final long seed;
  private final List<TrainingHook> hooks = new ArrayList<>();
  private final List<TrainingListener> listeners = new ArrayList<>();

  private AveragingTrainingMaster(Builder builder) {
    this.workers = builder.workers;
    this.localSteps = builder.localSteps;
    this.threads = builder.threads;
    this.seed = builder.seed;
  }

  /** A builder; {@code workers} and {@code localSteps} must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects how to train, value by value. */
  public static final class Builder {

    private int workers;
    private int localSteps;
    private int threads = TASK_CORES;
    private long seed;

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
     * Threads that a worker computes with, at least 1; by default the cores of a task, {@code
     * spark.task.cpus}. The last bits of the result depend on it.
     */
    public Builder threads(int number) {
      this.threads = requirePositive("threads", number);
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
      requirePositive("workers", workers);
      requirePositive("localSteps", localSteps);
      return new AveragingTrainingMaster(this);
    }

    private static int requirePositive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + ": " + value + ": must be at least 1");
      }
      return value;
    }
  }

  /**
   * Trains on mini-batches.
   *
   * @param data mini-batches; for networks with one input and one output
   */
  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> data) {
    train(graph, data.map(batch -> bytes(batch.toMultiDataSet())), AveragingTrainingMaster::batch);
  }

  /**
   * Trains on mini-batches with any number of inputs and outputs.
   *
   * @param data mini-batches
   */
  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> data) {
    train(graph, data.map(AveragingTrainingMaster::bytes), AveragingTrainingMaster::batch);
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
    train(graph, paths.map(path -> path), read);
  }

  private <T> void train(
      SparkComputationGraph graph, JavaRDD<T> elements, Function<T, MultiDataSet> read) {
    new GraphTraining(graph, workers, localSteps, listeners).run(elements, worker(graph, read));
  }

  private <T> GraphWorker<T> worker(SparkComputationGraph graph, Function<T, MultiDataSet> read) {
    ComputationGraph network = graph.getNetwork();
    return new GraphWorker<>(
        network.getConfiguration().toJson(),
        network.getEpochCount(),
        threads == TASK_CORES ? TaskCores.of(graph.getSparkContext().getConf()) : threads,
        seed,
        read,
        List.copyOf(hooks));
  }

  /**
   * A mini-batch in DL4J's format: bytes do not need a serialiser that knows ND4J's arrays, and
   * they are sorted and shuffled as one piece.
   */
  private static byte[] bytes(MultiDataSet batch) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    batch.save(out);
    return out.toByteArray();
  }

  private static MultiDataSet batch(byte[] bytes) throws IOException {
    MultiDataSet batch = new org.nd4j.linalg.dataset.MultiDataSet();
    batch.load(new ByteArrayInputStream(bytes));
    return batch;
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
   * Sets listeners, which are called on the driver, once after each round, with the averaged
   * network.
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

  @Override
  public String toJson() {
    return write(new ObjectMapper());
  }

  @Override
  public String toYaml() {
    return write(new ObjectMapper(new YAMLFactory()));
  }

  private String write(ObjectMapper mapper) {
    Map<String, Object> values = new TreeMap<>();
    values.put("workers", workers);
    values.put("localSteps", localSteps);
    values.put("threads", threads == TASK_CORES ? "auto" : threads);
    values.put("seed", seed);
    try {
      return mapper.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
