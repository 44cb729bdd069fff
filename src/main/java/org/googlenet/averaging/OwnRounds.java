package org.googlenet.averaging;

import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.DataPlan;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.Range;
import org.googlenet.engine.EngineSpec;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeNetwork;

/**
 * Runs this project's rounds as a recipe has them: whole, or with {@code averaging.quorum} below 1
 * cut when that share of the examples is done. The last round of an epoch or of the training is
 * never cut, so that an epoch is every record once in either case.
 */
public final class OwnRounds implements Rounds {

  private final JavaSparkContext spark;
  private final Recipe recipe;
  private final RoundPlan plan;
  private final Dataset train;
  private final EngineSpec engine;
  private final UnaryOperator<LocalTraining> workers;

  /**
   * @param workers makes what a round's workers do of what they would do
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
    this.workers = workers;
  }

  @Override
  public Average run(TrainingState state, RoundPlan.Part part) {
    boolean mayCut =
        recipe.averaging().quorum() < 1 && !part.endsEpoch() && part.number() != plan.rounds() - 1;
    if (!mayCut) {
      return run(state, part, Pace.FULL);
    }
    Average average = cut(state, part);
    while (average.mixed()) {
      average = cut(state, part);
    }
    return average;
  }

  private Average cut(TrainingState state, RoundPlan.Part part) {
    Quorum quorum =
        new Quorum(
            plan.data().workers(), examples(state.leftOver(), part), recipe.averaging().quorum());
    try (QuorumPlugin.Watch watch = QuorumPlugin.Watch.of(spark.sc(), quorum)) {
      return run(state, part, watch.pace());
    }
  }

  private static long examples(List<Range> leftOver, RoundPlan.Part part) {
    return DataPlan.examples(leftOver) + part.section().examples();
  }

  private Average run(TrainingState state, RoundPlan.Part part, Pace pace) {
    Worker worker =
        new Worker(
            train,
            plan.data(),
            engine,
            recipe.training().batch(),
            recipe.model().side(),
            RecipeNetwork.augmentation(recipe),
            recipe.training().seed(),
            part,
            pace);
    return Round.run(
        spark,
        state,
        plan.data().workers(),
        workers.apply(worker),
        recipe.averaging().compression());
  }
}
