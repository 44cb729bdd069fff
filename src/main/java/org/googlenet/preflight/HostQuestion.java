package org.googlenet.preflight;

import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.Function;
import org.googlenet.common.Failure;
import org.googlenet.common.Problem;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.Range;
import org.googlenet.data.image.Decoding;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineProblem;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.training.TrainingSetup;

/**
 * The task that {@link Preflight} runs on each executor: it compiles the engine, which training
 * then finds compiled, and reads and decodes an image of each data set.
 */
record HostQuestion(EngineSpec wanted, List<Dataset> data, int side, Decoding decoding)
    implements Function<Integer, HostReport> {

  HostQuestion(TrainingSetup setup) {
    this(
        setup.wanted(),
        List.of(setup.train(), setup.validation()),
        setup.recipe().model().side(),
        setup.decoding());
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

  private static Range first(Dataset dataset) {
    Range shard = dataset.all().get(0);
    return new Range(shard.shard(), shard.from(), shard.from() + 1);
  }

  private static long stateBytes(EngineSpec spec) {
    try (Engines.Loan loan = Engines.borrow(spec)) {
      loan.done();
      return 2L * Float.BYTES * loan.engine().parameters();
    }
  }

  private void readFirst(Dataset dataset) {
    try (Batches batches =
        Batches.inOrder(dataset, List.of(first(dataset)), new BatchSpec(1, side, decoding))) {
      batches.next();
    }
  }
}
