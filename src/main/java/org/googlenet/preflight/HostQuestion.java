package org.googlenet.preflight;

import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.Function;
import org.googlenet.common.Failure;
import org.googlenet.common.Problem;
import org.googlenet.data.BadRecord;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.DataPlan;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.Range;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineProblem;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.training.TrainingSetup;

/**
 * The task that {@link Preflight} runs on each executor: it compiles the engine, which training
 * then finds compiled, and reads and decodes an image of each data set. If layers are unfrozen on
 * the way, the engine is that of the last epochs: the training needs at most as much memory and
 * time a step, and its first epochs' engine is still to be compiled.
 *
 * @param spec how the images are decoded, one at a time
 * @param limit how many records that cannot be used are passed over
 */
record HostQuestion(EngineSpec wanted, List<Dataset> data, BatchSpec spec, BadRecordLimit limit)
    implements Function<Integer, HostReport> {

  HostQuestion(TrainingSetup setup) {
    this(
        setup.largest(),
        List.of(setup.train(), setup.validation()),
        new BatchSpec(1, setup.recipe().model().side(), setup.decoding())
            .passingOver(setup.badRecords().tolerance()),
        setup.badRecords());
  }

  @Override
  public HostReport call(Integer number) {
    EngineChoice engine = null;
    String engineProblem = null;
    long stateBytes = 0;
    try {
      engine = Engines.choose(wanted);
      stateBytes = stateBytes(engine.spec());
    } catch (EngineProblem problem) {
      engineProblem = problem.getMessage();
    } catch (LinkageError e) {
      engineProblem = Failure.of(e).message();
    }
    String dataProblem = null;
    int dataProblemCode = 0;
    try {
      data.forEach(this::readFirst);
    } catch (Problem problem) {
      dataProblem = problem.getMessage();
      dataProblemCode = problem.exitCode();
    }
    SparkEnv env = SparkEnv.get();
    return new HostReport(
        env.executorId(),
        env.blockManager().blockManagerId().host(),
        System.currentTimeMillis(),
        engine,
        stateBytes,
        engineProblem,
        dataProblem,
        dataProblemCode,
        HostMemory.now());
  }

  /** One record, or so many that one which can be used is among them. */
  private Range first(Dataset dataset) {
    Range shard = dataset.all().get(0);
    int records = spec.passesOver() ? Math.min(DataPlan.BLOCK, shard.records()) : 1;
    return new Range(shard.shard(), shard.from(), shard.from() + records);
  }

  private static long stateBytes(EngineSpec spec) {
    try (Engines.Loan loan = Engines.borrow(spec)) {
      loan.done();
      return 2L * Float.BYTES * loan.engine().parameters();
    }
  }

  private void readFirst(Dataset dataset) {
    try (Batches batches = Batches.inOrder(dataset, List.of(first(dataset)), spec)) {
      batches.next();
      List<BadRecord> bad = batches.passedOver();
      limit.require(
          dataset.location(),
          dataset.records(),
          bad.size(),
          bad.stream().map(BadRecord::toString).toList());
    }
  }
}
