package org.googlenet.profile;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.averaging.OwnRounds;
import org.googlenet.averaging.RoundPlan;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.format.Range;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.OneDnnEngine;
import org.googlenet.recipe.EpochEngines;
import org.googlenet.recipe.Recipe;
import org.googlenet.spark.JobFailure;
import org.googlenet.training.TrainingSetup;

/** Profiles what a recipe leads to, on the engine that was chosen for it. */
public final class ProfileJob {

  private final JavaSparkContext spark;
  private final TrainingSetup setup;
  private final EngineChoice engine;

  /**
   * @throws ProfileProblem if the engine is not oneDNN's, of which alone the operations are known
   */
  public ProfileJob(JavaSparkContext spark, TrainingSetup setup, EngineChoice engine) {
    if (!engine.engine().equals(OneDnnEngine.NAME)) {
      throw new ProfileProblem(notOurs(engine.engine()));
    }
    this.spark = spark;
    this.setup = setup;
    this.engine = engine;
  }

  static String notOurs(String engine) {
    return "engine %s: cannot be profiled, only %s tells its operations; give --set training.engine=%s"
        .formatted(engine, OneDnnEngine.NAME, OneDnnEngine.NAME);
  }

  /**
   * Measures steps in one task.
   *
   * @param steps how many of each kind, at least 1
   */
  public Profile steps(int steps) {
    Recipe recipe = setup.recipe();
    RoundPlan plan = setup.plan();
    EngineSpec spec = new EpochEngines(recipe, engine.spec()).in(0);
    BatchSpec batches = OwnRounds.batchSpec(recipe, spec);
    List<Range> ranges = plan.data().ranges(plan.round(0).section(), List.of(), 0);
    Steps work = new Steps(setup.train(), ranges, batches, spec, recipe.training().seed(), steps);
    Steps.Measured measured;
    try {
      measured = spark.parallelize(List.of(work), 1).map(Steps::measure).first();
    } catch (Exception e) {
      throw JobFailure.of(e);
    }
    return new Profile(
        engine.engine(),
        engine.precision(),
        engine.instructions(),
        spec.threads(),
        measured.examples(),
        recipe.model().side(),
        new Profile.Decoding(batches.decodeThreads(), measured.decodeMs()),
        measured.training(),
        measured.forward(),
        null);
  }

  /**
   * Runs a round and notes what each thread does.
   *
   * @throws ProfileProblem if the workers are in other processes, or are those of dl4j-spark
   */
  public RoundTrace trace() {
    if (!spark.isLocal()) {
      throw new ProfileProblem(
          "--trace: the workers of %s are other processes; trace a round of the embedded Spark, without a master"
              .formatted(spark.master()));
    }
    return RoundTrace.of(spark, setup, engine.spec());
  }
}
