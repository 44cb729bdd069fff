package org.googlenet.evaluation;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.googlenet.data.BadRecord;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.DataPlan;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.image.Decoding;
import org.googlenet.engine.Engine;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.model.Batch;
import org.googlenet.model.Head;
import org.googlenet.spark.Broadcasts;
import org.googlenet.spark.JobText;
import org.googlenet.spark.TaskCores;

/** Evaluates a model on every record of a data set that can be used, as a Spark job. */
public final class Evaluator {

  private final JavaSparkContext spark;
  private final Dataset dataset;
  private final Decoding decoding;
  private final int batch;
  private final BadRecordLimit limit;
  private final Crops crops;

  /** Which parts of an image the network sees. */
  public enum Crops {
    /** The one that the model's input says. */
    ONE,
    /**
     * The four corners and the centre, and the same of the mirror image; their probabilities are
     * averaged (Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural
     * Networks", 2012).
     */
    TEN
  }

  /**
   * @param dataset the data to evaluate on
   * @param decoding the training's: how images become the network's input
   * @param batch images per forward pass
   * @param limit how many records that cannot be used are passed over
   */
  public Evaluator(
      JavaSparkContext spark, Dataset dataset, Decoding decoding, int batch, BadRecordLimit limit) {
    this(spark, dataset, decoding, batch, limit, Crops.ONE);
  }

  private Evaluator(
      JavaSparkContext spark,
      Dataset dataset,
      Decoding decoding,
      int batch,
      BadRecordLimit limit,
      Crops crops) {
    this.spark = spark;
    this.dataset = dataset;
    this.decoding = decoding;
    this.batch = batch;
    this.limit = limit;
    this.crops = crops;
  }

  /** The same, with other parts of the images. */
  public Evaluator with(Crops other) {
    return new Evaluator(spark, dataset, decoding, batch, limit, other);
  }

  /**
   * An evaluation, and the top-1 hits record by record.
   *
   * @param hits in the order of the data set's records
   * @param confusion what was taken for what
   * @param calibration how far the probabilities can be believed
   * @param mistakes the wrong answers that the model was most sure of
   */
  public record Result(
      Evaluation evaluation,
      Hits hits,
      Confusion confusion,
      Calibration calibration,
      Mistakes mistakes) {}

  /**
   * Evaluates.
   *
   * @param spec the network
   * @param parameters flat vector in DL4J's order
   * @param side height and width of the network's input, in pixels
   * @param classes the network's number of classes
   * @throws DataProblem if the data set has other classes than the network, or too many records
   *     that cannot be used
   */
  public Evaluation evaluate(EngineSpec spec, float[] parameters, int side, int classes) {
    return result(spec, parameters, side, classes).evaluation();
  }

  /**
   * The same, with the hit or miss of each record.
   *
   * @throws DataProblem if the data set has other classes than the network, or too many records
   *     that cannot be used
   */
  public Result result(EngineSpec spec, float[] parameters, int side, int classes) {
    requireClasses(classes);
    int tasks = Math.max(1, spark.defaultParallelism() / TaskCores.of(spark));
    Broadcast<float[]> broadcast = spark.broadcast(parameters);
    BatchSpec batches =
        new BatchSpec(
                crops == Crops.TEN ? Math.max(1, batch / TenCrops.PARTS) : batch, side, decoding)
            .passingOver(limit.tolerance())
            .decodedFor(spec.threads());
    if (crops == Crops.TEN) {
      batches = batches.withTenCrops();
    }
    TaskRecords part = new TaskRecords(dataset, batches, spec, classes, tasks);
    List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
    List<PartialEvaluation> tallies;
    try {
      tallies =
          JobText.during(
              spark,
              dataset.location(),
              () ->
                  spark
                      .parallelize(numbers, tasks)
                      .map(task -> part.run(task, broadcast.value()))
                      .setName("hits and misses")
                      .collect());
    } catch (Exception e) {
      Broadcasts.destroyAfterFailure(broadcast);
      throw e;
    }
    broadcast.destroy();
    // In the order of the tasks, which is the order of their records.
    PartialEvaluation all = tallies.stream().reduce(PartialEvaluation::add).orElseThrow();
    Evaluation evaluation = all.evaluation(dataset.classNames());
    requireRead(evaluation, all.firstUnread());
    return new Result(evaluation, all.hits(), all.confusion(), all.calibration(), all.mistakes());
  }

  private void requireRead(Evaluation evaluation, List<BadRecord> firstUnread) {
    limit.require(
        dataset.location(),
        dataset.records(),
        evaluation.unread(),
        firstUnread.stream().map(BadRecord::toString).toList());
    if (evaluation.examples() == 0) {
      throw new DataProblem(
          "%s: none of its records can be used; run 'googlenet validate'"
              .formatted(dataset.location()));
    }
  }

  private void requireClasses(int classes) {
    if (dataset.classNames().size() != classes) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "%s: has %d classes and the model has %d: evaluate on a data set of the same classes",
              dataset.location(),
              dataset.classNames().size(),
              classes));
    }
  }

  /** One task's consecutive part of the records. */
  private record TaskRecords(
      Dataset dataset, BatchSpec batchSpec, EngineSpec spec, int classes, int tasks)
      implements Serializable {

    /**
     * The records from {@code all * task / tasks} up to the next task's first, counted over all
     * shards.
     */
    private List<Range> ranges(int task) {
      return DataPlan.part(
          dataset.all(), dataset.records() * task / tasks, dataset.records() * (task + 1) / tasks);
    }

    PartialEvaluation run(int task, float[] parameters) {
      List<Range> ranges = ranges(task);
      try (Engines.Loan loan = Engines.borrow(spec);
          Batches batches = Batches.inOrder(dataset, ranges, batchSpec)) {
        Engine engine = loan.engine();
        PartialEvaluation partial = new PartialEvaluation(Head.names(engine.heads()), classes);
        engine.load(parameters, new float[parameters.length]);
        for (Batch next = batches.next(); next != null; next = batches.next()) {
          partial.add(
              next,
              batchSpec.tenCrops()
                  ? TenCrops.probabilities(engine, next, spec.batch())
                  : engine.probabilities(next));
        }
        partial.addUnread(dataset, ranges, batches.passedOver());
        loan.done();
        return partial;
      }
    }
  }
}
