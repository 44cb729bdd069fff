package org.googlenet.dl4j;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.googlenet.averaging.Average;
import org.googlenet.averaging.RoundMetrics;
import org.googlenet.averaging.RoundPlan;
import org.googlenet.averaging.Rounds;
import org.googlenet.averaging.TrainingState;
import org.googlenet.data.BadRecord;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.DataPlan;
import org.googlenet.data.DataPlan.Section;
import org.googlenet.data.Dataset;
import org.googlenet.data.EpochSeed;
import org.googlenet.data.format.Range;
import org.googlenet.engine.ActiveUnits;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.NativeThreads;
import org.googlenet.model.Batch;
import org.googlenet.model.GlobalNormClipping;
import org.googlenet.recipe.Recipe;
import org.googlenet.spark.JobFailure;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs rounds by dl4j-spark's own {@code ParameterAveragingTrainingMaster}: the baseline for this
 * project's rounds, given the same data, local steps and clipping.
 *
 * <p>It has flaws that are part of the comparison and are left as they are:
 *
 * <ul>
 *   <li>a worker's network loses its iteration count, so the learning-rate schedule starts again in
 *       each round;
 *   <li>the average is weighted by worker, not by example;
 *   <li>dropout is not seeded, so no two trainings give the same bits;
 *   <li>an incomplete split of an RDD is dropped silently, which is why each round here is an RDD
 *       of its own: one split, never incomplete;
 *   <li>its broadcasts are never destroyed, and arrays are serialised value by value.
 * </ul>
 *
 * <p>The RDD is counted before it is trained on, so images are decoded twice. dl4j-spark reports
 * neither a loss per head nor on which machine a worker ran: {@link RoundMetrics#losses} and {@link
 * RoundMetrics#instructions} are empty.
 */
public final class Dl4jRounds implements Rounds {

  private final JavaSparkContext spark;
  private final Recipe recipe;
  private final DataPlan plan;
  private final Dataset train;
  private final EngineSpec engine;
  private final ComputationGraph network;

  public Dl4jRounds(
      JavaSparkContext spark, Recipe recipe, DataPlan plan, Dataset train, EngineSpec engine) {
    this.spark = spark;
    this.recipe = recipe;
    this.plan = plan;
    this.train = train;
    this.engine = engine;
    this.network =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(engine.configuration()));
    network.init();
  }

  @Override
  public Average run(TrainingState state, RoundPlan.PlannedRound planned) {
    NetworkState.write(state, network);
    // Each record is reported by each pass over it.
    CollectionAccumulator<BadRecord> reported = spark.sc().collectionAccumulator();
    SparkComputationGraph graph = new SparkComputationGraph(spark, network, master());
    GlobalNormClipping.of(network).ifPresent(graph::setListeners);
    try {
      graph.fitMultiDataSet(batches(planned, reported));
    } catch (Exception e) {
      throw JobFailure.of(e);
    }
    List<BadRecord> passedOver = reported.value().stream().distinct().toList();
    return new Average(
        NetworkState.parameters(network),
        NetworkState.updaterState(network),
        new RoundMetrics(
            planned.section().examples() - passedOver.size(),
            planned.steps(),
            List.of(),
            new double[0],
            new double[0],
            new ActiveUnits(),
            Collections.emptySortedSet(),
            List.of(),
            passedOver,
            // Whether one worker alone has met so many is not reported.
            passedOver.size() > recipe.data().quarantine().of(train.records()),
            List.of()));
  }

  private ParameterAveragingTrainingMaster master() {
    int batch = recipe.training().batch();
    return new ParameterAveragingTrainingMaster.Builder(recipe.averaging().workers(), batch)
        .batchSizePerWorker(batch)
        .averagingFrequency(recipe.averaging().localSteps().last())
        .saveUpdater(true)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .repartionData(Repartition.Never)
        .workerPrefetchNumBatches(0)
        .storageLevel(null)
        .build();
  }

  /** The mini-batches of a round, with one partition per worker. */
  private JavaRDD<MultiDataSet> batches(
      RoundPlan.PlannedRound planned, CollectionAccumulator<BadRecord> passedOver) {
    int workers = recipe.averaging().workers();
    Share share =
        new Share(
            train,
            plan,
            new BatchSpec(recipe.training().batch(), recipe.model().side(), recipe.input())
                .passingOver(recipe.data().quarantine()),
            recipe.model().classes(),
            network.getNumOutputArrays(),
            recipe.training().seed(),
            engine.threads(),
            planned.section(),
            passedOver);
    return spark
        .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
        .flatMap(share::read);
  }

  /** What the workers read in a round. */
  private record Share(
      Dataset dataset,
      DataPlan plan,
      BatchSpec spec,
      int classes,
      int heads,
      long seed,
      int threads,
      Section section,
      CollectionAccumulator<BadRecord> passedOver)
      implements Serializable {

    /** The mini-batches of a worker; dl4j-spark reads them in the thread that it computes in. */
    Iterator<MultiDataSet> read(int worker) {
      NativeThreads.use(threads);
      List<Range> ranges = plan.ranges(section, List.of(), worker);
      Batches batches =
          Batches.shuffled(dataset, ranges, spec, new EpochSeed(seed, section.epoch()));
      TaskContext.get()
          .addTaskCompletionListener((TaskCompletionListener) context -> batches.close());
      return new Read(this, batches);
    }
  }

  /** Batches in DL4J's form: one input, and the one-hot labels for each head. */
  private static final class Read implements Iterator<MultiDataSet> {

    private final Share share;
    private final Batches batches;
    private Batch next;

    Read(Share share, Batches batches) {
      this.share = share;
      this.batches = batches;
      this.next = read();
    }

    private Batch read() {
      Batch batch = batches.next();
      if (batch == null) {
        batches.passedOver().forEach(share.passedOver()::add);
      }
      return batch;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public MultiDataSet next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      MultiDataSet read = dl4j(next);
      next = read();
      return read;
    }

    private MultiDataSet dl4j(Batch batch) {
      int side = share.spec().side();
      INDArray images =
          Nd4j.create(batch.pixels(), new long[] {batch.examples(), 3, side, side}, 'c');
      INDArray[] labels = new INDArray[share.heads()];
      Arrays.setAll(labels, head -> oneHot(batch));
      return new org.nd4j.linalg.dataset.MultiDataSet(new INDArray[] {images}, labels);
    }

    private INDArray oneHot(Batch batch) {
      INDArray labels = Nd4j.create(DataType.FLOAT, batch.examples(), share.classes());
      for (int i = 0; i < batch.examples(); i++) {
        labels.putScalar(i, batch.labels()[i], 1);
      }
      return labels;
    }
  }
}
