package org.googlenet.averaging;

import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.DataPlan;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.Range;
import org.googlenet.engine.EngineSpec;
import org.googlenet.recipe.EpochEngines;
import org.googlenet.recipe.Recipe;
import org.googlenet.spark.TaskCores;

/**
 * Runs this project's rounds as a recipe says: complete, or, with {@code averaging.quorum} below 1,
 * cut once that share of the examples is done. The last round of an epoch or of the training is
 * never cut, so that in either case an epoch contains every record once.
 */
public final class OwnRounds implements Rounds {

  private final JavaSparkContext spark;
  private final Recipe recipe;
  private final RoundPlan plan;
  private final Dataset train;
  private final EngineSpec engine;
  private final EpochEngines engines;
  private final UnaryOperator<LocalTraining> workers;
  private final Averager averager;

  /**
   * @param engine that trains all layers alike; a round's own trains those of its epoch
   * @param workers turns a round's workers into others
   */
  public OwnRounds(
      JavaSparkContext spark,
      Recipe recipe,
      RoundPlan plan,
      Dataset train,
      EngineSpec engine,
      UnaryOperator<LocalTraining> workers) {
    this.spark = spark;
    this.recipe = recipe;
    this.plan = plan;
    this.train = train;
    this.engine = engine;
    this.engines = new EpochEngines(recipe, engine);
    this.workers = workers;
    this.averager = new Averager(spark, recipe.averaging().compression());
  }

  @Override
  public Average run(TrainingState state, RoundPlan.PlannedRound planned) {
    if (!mayCut(planned)) {
      return run(state, planned, toReadAhead(planned), CutSignal.FULL);
    }
    return cut(state, planned);
  }

  private boolean mayCut(RoundPlan.PlannedRound planned) {
    return recipe.averaging().quorum() < 1
        && !planned.endsEpoch()
        && planned.number() != plan.rounds() - 1;
  }

  /**
   * The next round, if its workers may begin to read it; null if there is none, if it may be cut,
   * or if the workers take turns: then each slot would hold what several of them have begun.
   */
  private RoundPlan.PlannedRound toReadAhead(RoundPlan.PlannedRound planned) {
    int number = planned.number() + 1;
    if (number == plan.rounds() || plan.data().workers() > TaskCores.slots(spark)) {
      return null;
    }
    RoundPlan.PlannedRound next = plan.round(number);
    return mayCut(next) ? null : next;
  }

  private Average cut(TrainingState state, RoundPlan.PlannedRound planned) {
    Quorum quorum =
        new Quorum(
            plan.data().workers(),
            examples(state.leftOver(), planned),
            recipe.averaging().quorum());
    try (QuorumPlugin.Watch watch = QuorumPlugin.Watch.of(spark.sc(), quorum)) {
      return run(state, planned, null, watch.cutSignal());
    }
  }

  private static long examples(List<Range> leftOver, RoundPlan.PlannedRound planned) {
    return DataPlan.examples(leftOver) + planned.section().examples();
  }

  private Average run(
      TrainingState state,
      RoundPlan.PlannedRound planned,
      RoundPlan.PlannedRound next,
      CutSignal cutSignal) {
    Worker worker =
        new Worker(
            train,
            plan.data(),
            engines.in(planned.section().epoch()),
            batchSpec(recipe, engine),
            recipe.training().seed(),
            planned,
            next,
            cutSignal);
    return averager.average(state, plan.data().workers(), workers.apply(worker));
  }

  /** How the recipe's records become batches for an engine. */
  public static BatchSpec batchSpec(Recipe recipe, EngineSpec engine) {
    BatchSpec spec =
        new BatchSpec(recipe.training().batch(), recipe.model().side(), recipe.input())
            .passingOver(recipe.data().quarantine());
    int decodeThreads = recipe.data().decodeThreads();
    return decodeThreads == Recipe.Data.AUTO_THREADS
        ? spec.decodedFor(engine.threads())
        : spec.decodedBy(decodeThreads);
  }

  @Override
  public void close() {
    averager.close();
  }
}
