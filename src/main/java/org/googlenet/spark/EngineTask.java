package org.googlenet.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineProblem;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;

/**
 * Chooses an engine where the work will be done: in a task, since the driver may run on another
 * kind of machine than the executors.
 */
public final class EngineTask {

  private static final String WHAT = "the engine of an executor";

  private EngineTask() {}

  /** One of the two; a task that threw would be tried again, and logged with its stack trace. */
  private record Answer(EngineChoice choice, EngineProblem problem) implements Serializable {}

  /**
   * Chooses on one executor, for all of them.
   *
   * @throws EngineProblem if a kind of engine is required that is not available
   */
  public static EngineChoice choose(JavaSparkContext spark, EngineSpec wanted) {
    return choose(spark, wanted, Engines::choose);
  }

  /**
   * The same for work that only makes forward passes, of all heads.
   *
   * @throws EngineProblem if a kind of engine is required that is not available
   */
  public static EngineChoice chooseForPasses(JavaSparkContext spark, EngineSpec wanted) {
    return choose(spark, wanted, Engines::chooseForPasses);
  }

  private static EngineChoice choose(
      JavaSparkContext spark, EngineSpec wanted, Function<EngineSpec, EngineChoice> by) {
    return decided(
        JobText.during(
            spark,
            WHAT,
            () -> spark.parallelize(List.of(wanted), 1).map(each -> answer(by, each)).first()));
  }

  private static EngineChoice decided(Answer answer) {
    if (answer.problem() != null) {
      throw answer.problem();
    }
    return answer.choice();
  }

  private static Answer answer(Function<EngineSpec, EngineChoice> by, EngineSpec wanted)
      throws Exception {
    try {
      return new Answer(by.call(wanted), null);
    } catch (EngineProblem problem) {
      return new Answer(null, problem);
    }
  }
}
