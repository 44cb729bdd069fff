package org.googlenet.training;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.averaging.Average;
import org.googlenet.averaging.DivergedProblem;
import org.googlenet.averaging.Divergence;
import org.googlenet.averaging.RoundMetrics;
import org.googlenet.averaging.RoundPlan;
import org.googlenet.averaging.Rounds;
import org.googlenet.averaging.TrainingState;
import org.googlenet.data.DataPlan;
import org.googlenet.evaluation.Evaluation;
import org.googlenet.evaluation.Evaluator;
import org.googlenet.model.Head;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.recipe.EpochEngines;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.HeadValues;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.Quarantine;
import org.googlenet.spark.JobFailure;
import org.googlenet.spark.JobText;
import org.googlenet.spark.JobTries;

/** The loop of rounds: train, average, and evaluate and save when due. */
final class Trainer {

  private final TrainingSetup setup;
  private final JavaSparkContext spark;
  private final Recipe recipe;
  private final RoundPlan plan;
  private final Progress start;
  private final LearningRateSchedule schedule;
  private final Rounds rounds;
  private final EpochEngines engines;
  private final Evaluator evaluator;
  private final CheckpointSaver saver;
  private final TrainingListener listener;
  private final BooleanSupplier stopping;
  private final JobTries tries;
  private final HeadWatch watch;
  private final QuarantineKeeper keeper;
  private boolean warnedOfOtherBits;
  private long examplesSoFar;
  private double secondsSoFar;

  /**
   * A loop that continues from a state.
   *
   * @param start what the saver has recorded as the current progress
   * @param rounds runs a single round
   * @param stopping whether it is time to stop
   */
  Trainer(
      TrainingSetup setup,
      JavaSparkContext spark,
      Progress start,
      Rounds rounds,
      CheckpointSaver saver,
      TrainingListener listener,
      BooleanSupplier stopping) {
    this.setup = setup;
    this.spark = spark;
    this.recipe = setup.recipe();
    this.plan = setup.plan();
    this.start = start;
    this.schedule = setup.schedule(start.state().rewinds());
    this.rounds = rounds;
    this.engines = new EpochEngines(recipe, start.engine().spec());
    this.evaluator =
        new Evaluator(
            spark,
            setup.validation(),
            setup.decoding(),
            recipe.training().batch(),
            setup.badRecords());
    this.watch = new HeadWatch(recipe, setup.heads(), plan.steps());
    this.keeper = new QuarantineKeeper(setup.train(), setup.badRecords(), listener);
    this.saver = saver;
    this.listener = listener;
    this.stopping = stopping;
    this.tries = new JobTries(this::warn, stopping);
  }

  /**
   * Trains until all rounds are done or it is time to stop. If it stops after a round but before
   * its evaluation, the round counts, and the evaluation is made when the training goes on.
   *
   * @return the final progress, which is saved
   * @throws org.googlenet.data.TooManyBadRecords after a round with which there are more than the
   *     recipe allows; that round counts, unless a worker alone met so many
   */
  Progress train() throws IOException {
    Progress reached = start;
    keeper.requireFew(reached.quarantine());
    while (!stopping.getAsBoolean() && !setup.isDone(reached.state(), reached.metrics())) {
      try {
        reached = next(reached);
      } catch (Exception e) {
        if (stopping.getAsBoolean()) {
          break;
        }
        throw JobFailure.of(e);
      }
      saver.reach(reached);
      saver.tell();
      keeper.requireFew(reached.quarantine());
      if (isDue(reached)) {
        saver.begin();
      }
    }
    if (!saver.isBegun()) {
      saver.begin();
    }
    saver.finish();
    return reached;
  }

  private Progress next(Progress reached) {
    TrainingState state = reached.state();
    return setup.lacksEvaluation(state, reached.metrics())
        ? new Progress(
            state, start.engine(), CheckpointCodec.metrics(evaluate(state)), reached.quarantine())
        : round(state, reached.quarantine());
  }

  private Progress round(TrainingState state, Quarantine before) {
    long begun = System.nanoTime();
    RoundPlan.PlannedRound planned = plan.round(state.round());
    Average average = tries.run("round " + (planned.number() + 1), () -> average(state, planned));
    long averaged = System.nanoTime();
    refuseDivergence(planned, average);
    keeper.requireComplete(average.metrics());
    warnOfOtherBits(average.metrics());
    TrainingState next =
        state.after(
            average,
            planned.steps(),
            setup.outer(planned.section().epoch()),
            schedule.at(planned.step()));
    requireFinite(planned, next);
    Quarantine quarantine = keeper.after(before, next.round(), average.metrics().passedOver());
    Progress reached = new Progress(next, start.engine(), Map.of(), quarantine);
    long now = System.nanoTime();
    double seconds = (now - begun) / 1e9;
    TrainingEvent.RoundFinished finished = finished(reached, planned, average.metrics(), seconds);
    listener.on(RoundTimes.of(next.round(), average, seconds, (now - averaged) / 1e9));
    listener.on(finished);
    if (LayerHistograms.areDue(recipe, plan, next)) {
      listener.on(LayerHistograms.of(next, setup.layout()));
    }
    watch.after(finished).forEach(this::warn);
    return reached;
  }

  private Average average(TrainingState state, RoundPlan.PlannedRound planned) {
    String what =
        String.format(
            Locale.ROOT,
            "round %d/%d of run %s",
            planned.number() + 1,
            plan.rounds(),
            recipe.run());
    return JobText.during(spark, what, () -> rounds.run(state, planned));
  }

  private void warnOfOtherBits(RoundMetrics metrics) {
    if (warnedOfOtherBits) {
      return;
    }
    Optional<String> warning = otherBits(start.engine().instructions(), metrics.instructions());
    warnedOfOtherBits = warning.isPresent();
    warning.ifPresent(this::warn);
  }

  /** A warning if the machines of a round's workers differ from the run's, or from one another. */
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

  /** Throws away a round in which a worker diverged, before it reaches the state. */
  private static void refuseDivergence(RoundPlan.PlannedRound planned, Average average) {
    List<Divergence> divergences = average.metrics().divergences();
    if (!divergences.isEmpty()) {
      throw new DivergedProblem(planned.number() + 1, divergences.get(0).toString());
    }
  }

  /**
   * Refuses a state that is not finite: the average, and the outer optimiser's step from it, may
   * overflow even if no worker did.
   */
  private static void requireFinite(RoundPlan.PlannedRound planned, TrainingState next) {
    if (!next.isFinite()) {
      throw new DivergedProblem(planned.number() + 1, "a parameter is no longer a number");
    }
  }

  private void warn(String message) {
    listener.on(new TrainingEvent.Warned(message));
  }

  private TrainingEvent.RoundFinished finished(
      Progress reached, RoundPlan.PlannedRound planned, RoundMetrics metrics, double seconds) {
    TrainingState next = reached.state();
    double imagesPerSecond = metrics.examples() / seconds;
    examplesSoFar += metrics.examples();
    secondsSoFar += seconds;
    // By the mean of this driver's rounds: the last one of an epoch may have a few examples only.
    double secondsLeft =
        (plan.examplesFrom(next.round()) + DataPlan.examples(next.leftOver()))
            * secondsSoFar
            / examplesSoFar;
    return new TrainingEvent.RoundFinished(
        next.round(),
        plan.rounds(),
        next.step(),
        planned.section().epoch() + 1,
        next.examples(),
        DataPlan.examples(next.leftOver()),
        reached.quarantine().size(),
        values(metrics.losses()),
        values(metrics.gradientNorms()),
        values(metrics.activeUnits().deadShares()),
        schedule.at(next.step() - 1),
        imagesPerSecond,
        metrics.stepSeconds() == 0 ? Double.NaN : 1 - metrics.stepSeconds() / seconds,
        metrics.stepSeconds() == 0 ? Double.NaN : metrics.waitSeconds() / seconds,
        Duration.ofMillis((long) (1e3 * secondsLeft)));
  }

  private HeadValues values(double[] inOrder) {
    return HeadValues.of(Head.names(setup.heads()), inOrder);
  }

  private Evaluation evaluate(TrainingState state) {
    long begun = System.nanoTime();
    String what = "evaluation after round " + state.round();
    Evaluator.Result result =
        tries.run(
            what,
            () -> JobText.during(spark, what + " of run " + recipe.run(), () -> evaluation(state)));
    Evaluation evaluation = result.evaluation();
    listener.on(
        new TrainingEvent.Evaluated(
            state.round(),
            evaluation.top1(),
            evaluation.top5(),
            evaluation.examples(),
            evaluation.unread(),
            new HeadValues(evaluation.loss())));
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    listener.on(WhatIsMistaken.of(state.round(), took, result));
    return evaluation;
  }

  private Evaluator.Result evaluation(TrainingState state) {
    try {
      return evaluator.result(
          engines.in(plan.epochOf(state.round() - 1)),
          state.parameters(),
          recipe.model().side(),
          recipe.model().classes());
    } catch (Exception e) {
      throw JobFailure.of(e);
    }
  }

  /** Whether a checkpoint is due; an evaluation comes first. */
  private boolean isDue(Progress reached) {
    TrainingState state = reached.state();
    return !setup.lacksEvaluation(state, reached.metrics())
        && setup.plan().isDue(state.round(), recipe.checkpoint().every());
  }
}
