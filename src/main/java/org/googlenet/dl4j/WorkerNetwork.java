package org.googlenet.dl4j;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.googlenet.averaging.TrainingState;
import org.googlenet.common.Pool;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineProblem;
import org.googlenet.engine.NativeThreads;
import org.googlenet.engine.OneDnnTrainer;
import org.googlenet.engine.Precision;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.engine.onednn.UnsupportedNetwork;
import org.googlenet.model.GlobalNormClipping;
import org.googlenet.spark.Blocks;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's own network, with what makes local steps of it.
 *
 * <p>A JVM keeps them between rounds, so that one is built for each task that runs at the same
 * time, not once per round.
 */
final class WorkerNetwork {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerNetwork.class);

  private static final Pool<Spec, WorkerNetwork> POOL =
      new Pool<>(WorkerNetwork::new, WorkerNetwork::close);

  private final ComputationGraph graph;
  private final Optional<GlobalNormClipping> clipping;
  private final boolean fallsBack;
  private final Optional<OneDnnTrainer> trainer;

  /**
   * What a network is made from.
   *
   * @param configuration JSON of its configuration
   * @param threads threads that a local step computes with
   * @param engine what makes the local steps
   */
  record Spec(String configuration, int threads, EngineDecision engine) implements Serializable {

    /** The same with another engine. */
    Spec with(EngineDecision other) {
      return new Spec(configuration, threads, other);
    }
  }

  private WorkerNetwork(Spec spec) {
    this.graph = new ComputationGraph(ComputationGraphConfiguration.fromJson(spec.configuration()));
    graph.init();
    this.clipping = GlobalNormClipping.of(graph);
    this.fallsBack = spec.engine().fallsBack();
    this.trainer =
        spec.engine().kind().equals(EngineKind.ONEDNN)
            ? Optional.of(trainer(graph, spec))
            : Optional.empty();
  }

  /** Checks again, since another machine may have decided for this one. */
  private static OneDnnTrainer trainer(ComputationGraph graph, Spec spec) {
    OneDnnLibrary library = OneDnnLibrary.find();
    Precision precision = spec.engine().precision();
    if (!library.isThere() || (precision == Precision.BF16 && !library.hasBf16())) {
      throw new EngineProblem(
          "engine onednn, %s: was chosen on another machine, and this one does not have it (%s); use machines of one kind, or engine dl4j"
              .formatted(
                  MasterSettings.name(precision),
                  library.isThere() ? library.instructions() : library.problem()));
    }
    return OneDnnTrainer.of(graph).precision(precision).threads(spec.threads()).open();
  }

  /** Lends one to the calling thread, and sets the thread's native libraries to its threads. */
  static Pool<Spec, WorkerNetwork>.Loan borrow(Spec spec) {
    NativeThreads.use(spec.threads());
    return POOL.borrow(spec);
  }

  /**
   * Frees the networks that are not in use, on all executors. One that cannot be reached keeps its
   * own until it trains another network.
   */
  static void closeIdle(JavaSparkContext spark) {
    if (spark.isLocal()) {
      POOL.closeIdle();
      return;
    }
    try {
      List<BlockManagerId> executors = Blocks.executors();
      Blocks.numbers(spark, executors.size(), number -> Optional.of(executors.get(number)))
          .foreach(number -> POOL.closeIdle());
    } catch (Exception e) { // also Spark's checked one, which its methods do not declare
      LOG.debug("an executor's networks cannot be freed", e);
    }
  }

  /** How many networks of this JVM are not in use. */
  static int idle() {
    return POOL.idle();
  }

  ComputationGraph graph() {
    return graph;
  }

  /**
   * Takes on a state.
   *
   * @param seed of what the local steps drop
   */
  void begin(TrainingState state, int epoch, long seed) {
    NetworkState.write(state, graph);
    graph.getConfiguration().setEpochCount(epoch);
    for (Layer layer : graph.getLayers()) {
      layer.conf().setSeed(seed);
    }
  }

  /**
   * One local step, as {@code fit} makes it; the network's score then is that of the batch.
   *
   * @throws EngineProblem if the engine refuses the network or the batch, and DL4J's must not stand
   *     in for it
   */
  void step(MultiDataSet batch) {
    Optional<String> refusal = tryStep(batch);
    if (refusal.isEmpty()) {
      return;
    }
    if (!fallsBack) {
      throw EngineDecision.refused(refusal.get());
    }
    byDl4j(batch);
  }

  /**
   * One local step without DL4J's engine standing in.
   *
   * @return why the engine refuses the network or the batch; empty if the step was made
   */
  Optional<String> tryStep(MultiDataSet batch) {
    if (trainer.isEmpty()) {
      byDl4j(batch);
      return Optional.empty();
    }
    if (batch.hasMaskArrays()) {
      return Optional.of("mask arrays: are not known to engine onednn");
    }
    try {
      trainer.get().fit(batch);
      return Optional.empty();
    } catch (UnsupportedNetwork e) {
      return Optional.of(e.getMessage());
    }
  }

  private void byDl4j(MultiDataSet batch) {
    Collection<TrainingListener> others = new ArrayList<>(graph.getListeners());
    clipping.ifPresent(graph::addListeners);
    graph.fit(batch);
    graph.setListeners(others);
  }

  /**
   * Frees the network as its own {@code close} does, but without that one's {@code System.gc()},
   * which would cost too much.
   */
  private void close() {
    ComputationGraphUpdater updater = graph.getUpdater(false); // null before the first step
    INDArray state = updater == null ? null : updater.getStateViewArray();
    trainer.ifPresent(OneDnnTrainer::close);
    close(graph.params());
    close(graph.getGradientsViewArray());
    close(state);
  }

  private static void close(INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }
}
