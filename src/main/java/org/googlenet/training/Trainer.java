package org.googlenet.training;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.checkpoint.Manifest;
import org.googlenet.config.Recipe;
import org.googlenet.data.Dataset;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineSpec;
import org.googlenet.evaluation.Evaluation;
import org.googlenet.evaluation.Evaluator;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.report.HeadValues;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;

/** The loop of rounds: train, average, evaluate and save when it is time. */
final class Trainer {

  private final Recipe recipe;
  private final RoundPlan plan;
  private final LearningRateSchedule schedule;
  private final Rounds rounds;
  private final OuterOptimizer outer;
  private final Evaluator evaluator;
  private final EngineChoice engine;
  private final Saver saver;
  private final TrainingListener listener;
  private final BooleanSupplier stopping;
  private boolean warnedOfOtherBits;

  /** Keeps a state with the evaluation of it, which may be null. */
  @FunctionalInterface
  interface Saver {
    Manifest save(TrainingState state, Evaluation evaluation) throws IOException;
  }

  Trainer(
      JavaSparkContext spark,
      Recipe recipe,
      RoundPlan plan,
      Dataset train,
      Dataset validation,
      EngineChoice engine,
      Saver saver,
      TrainingListener listener,
      BooleanSupplier stopping,
      UnaryOperator<LocalTraining> workers) {
    this.recipe = recipe;
    this.plan = plan;
    this.schedule = RecipeNetwork.schedule(recipe.learningRate(), plan.steps());
    this.rounds = rounds(spark, recipe, plan, train, engine.spec(), workers);
    this.outer = OuterOptimizer.of(recipe.averaging().outer());
    this.evaluator =
        new Evaluator(
            spark, validation, RecipeNetwork.augmentation(recipe), recipe.training().batch());
    this.engine = engine;
    this.saver = saver;
    this.listener = listener;
    this.stopping = stopping;
  }

  /**
   * Trains on from a state until all rounds are done or it is time to stop.
   *
   * @param saved the round of the newest checkpoint
   * @return the last state, which is saved
   */
  TrainingState train(TrainingState start, int saved) throws IOException {
    TrainingState state = start;
    while (state.round() < plan.rounds() && !stopping.getAsBoolean()) {
      TrainingState next;
      Evaluation evaluation;
      try {
        next = round(state);
        evaluation = due(next, recipe.evaluation().every()) ? evaluate(next) : null;
      } catch (Exception e) {
        if (stopping.getAsBoolean()) {
          break;
        }
        throw WorkerFailure.of(e);
      }
      state = next;
      if (due(state, recipe.checkpoint().every())) {
        saver.save(state, evaluation);
        saved = state.round();
      }
    }
    if (state.round() > saved) {
      saver.save(state, null);
    }
    return state;
  }

  private TrainingState round(TrainingState state) {
    long start = System.nanoTime();
    int epoch = plan.epoch(state.round());
    Average average = rounds.run(state, epoch, plan.roundInEpoch(state.round()));
    requireFinite(state.round(), average);
    warnOfOtherBits(average);
    TrainingState next = state.after(average, outer, schedule.at(state.step()));
    listener.on(finished(next, epoch, average, (System.nanoTime() - start) / 1e9));
    return next;
  }

  private void warnOfOtherBits(Average average) {
    if (warnedOfOtherBits) {
      return;
    }
    Optional<String> warning = otherBits(engine.instructions(), average.instructions());
    warnedOfOtherBits = warning.isPresent();
    warning.ifPresent(message -> listener.on(new TrainingEvent.Warned(message)));
  }

  /** A line if the machines of a round's workers differ from the run's, or from one another. */
  static Optional<String> otherBits(String ofRun, SortedSet<String> ofWorkers) {
    SortedSet<String> all = new TreeSet<>(ofWorkers);
    all.add(ofRun);
    if (all.size() == 1) {
      return Optional.empty();
    }
    return Optional.of(
        "the executors have processors of different kinds (%s); the same work placed otherwise may give other last bits"
            .formatted(String.join(" / ", all)));
  }

  /** A round whose result is not a number is thrown away before it touches the state. */
  private void requireFinite(int round, Average average) {
    if (!allFinite(average.losses()) || !allFinite(average.parameters())) {
      throw new DivergedProblem(
          "round %d: the loss is no longer a number: lower learningRate.base (%s) or optimizer.clipNorm (%s); begin anew with --restart or another --run; the round was thrown away"
              .formatted(round + 1, recipe.learningRate().base(), recipe.optimizer().clipNorm()));
    }
  }

  private static boolean allFinite(double[] values) {
    return Arrays.stream(values).allMatch(Double::isFinite);
  }

  private static boolean allFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private TrainingEvent finished(TrainingState next, int epoch, Average average, double seconds) {
    double imagesPerSecond = average.examples() / seconds;
    double secondsLeft = plan.examplesFrom(next.round()) / imagesPerSecond;
    return new TrainingEvent.RoundFinished(
        next.round(),
        plan.rounds(),
        next.step(),
        epoch + 1,
        next.examples(),
        HeadValues.of(average.losses()),
        HeadValues.UNKNOWN,
        HeadValues.UNKNOWN,
        schedule.at(next.step() - 1),
        imagesPerSecond,
        Duration.ofMillis((long) (1e3 * secondsLeft)));
  }

  private Evaluation evaluate(TrainingState state) {
    Evaluation evaluation =
        evaluator.evaluate(
            engine.spec(), state.parameters(), recipe.model().side(), recipe.model().classes());
    listener.on(
        new TrainingEvent.Evaluated(
            state.round(),
            evaluation.top1(),
            evaluation.top5(),
            evaluation.examples(),
            HeadValues.of(GoogLeNet.HEADS.stream().mapToDouble(evaluation.loss()::get).toArray())));
    return evaluation;
  }

  /** Every so many rounds, 0 for never, and at the end always. */
  private boolean due(TrainingState state, int every) {
    return state.round() == plan.rounds() || (every > 0 && state.round() % every == 0);
  }

  private static Rounds rounds(
      JavaSparkContext spark,
      Recipe recipe,
      RoundPlan plan,
      Dataset train,
      EngineSpec engine,
      UnaryOperator<LocalTraining> workers) {
    if (recipe.averaging().master() == Recipe.Master.DL4J) {
      return new Dl4jRounds(spark, recipe, plan.data(), train, engine);
    }
    return (state, epoch, round) ->
        Round.run(
            spark,
            state,
            recipe.averaging().workers(),
            workers.apply(
                new Worker(
                    train,
                    plan.data(),
                    engine,
                    recipe.training().batch(),
                    recipe.model().side(),
                    RecipeNetwork.augmentation(recipe),
                    recipe.training().seed(),
                    epoch,
                    round)));
  }
}
