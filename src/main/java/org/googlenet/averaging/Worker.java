package org.googlenet.averaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.googlenet.common.Span;
import org.googlenet.common.SplitMix;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.BatchesAhead;
import org.googlenet.data.DataPlan;
import org.googlenet.data.Dataset;
import org.googlenet.data.EpochSeed;
import org.googlenet.data.format.Range;
import org.googlenet.engine.ActiveUnits;
import org.googlenet.engine.Engine;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.engine.HeadHealth;
import org.googlenet.model.Batch;
import org.googlenet.spark.Blocks;

/**
 * A worker's part of one round: local steps over the records that the plan assigns to it.
 *
 * @param next the round after this one, of which the worker begins to read its part; null if what
 *     it will read is not known yet, or may be read when another worker has had its turn
 */
public record Worker(
    Dataset dataset,
    DataPlan plan,
    EngineSpec engineSpec,
    BatchSpec batchSpec,
    long seed,
    RoundPlan.PlannedRound planned,
    RoundPlan.PlannedRound next,
    CutSignal cutSignal)
    implements LocalTraining {

  /**
   * A loss above this multiple of ln(classes), the loss of a network that knows nothing, counts as
   * diverged.
   */
  private static final double EXPLODED = 50;

  @Override
  public WorkerResult train(int worker, TrainingState state) {
    try (Span span = Span.of("worker", worker)) {
      return trained(worker, state);
    }
  }

  private WorkerResult trained(int worker, TrainingState state) {
    long begun = System.nanoTime();
    List<Range> ranges = plan.ranges(planned.section(), state.leftOver(), worker);
    boolean cut = cutSignal.isCut(worker, 0);
    if (ranges.isEmpty()) {
      return WorkerResult.nothing(worker);
    }
    try (BatchesAhead.Loan reading = BatchesAhead.take(part(planned, ranges, cutSignal.mayCut()));
        Engines.Loan loan = Engines.borrow(engineSpec)) {
      if (next != null && isFirstAttempt()) {
        reading.thenBegin(() -> part(next, plan.ranges(next.section(), List.of(), worker), false));
      }
      try (Span span = Span.of("load")) {
        loan.engine().load(state.parameters(), state.momentum());
      }
      WorkerResult result = train(loan.engine(), reading.batches(), worker, cut, begun);
      loan.done();
      if (!isKilled()) {
        reading.done();
      }
      return result;
    }
  }

  private BatchesAhead.Part part(
      RoundPlan.PlannedRound round, List<Range> ranges, boolean toStopAnywhere) {
    EpochSeed epoch = new EpochSeed(seed, round.section().epoch());
    return new BatchesAhead.Part(round.number(), dataset, ranges, batchSpec, epoch, toStopAnywhere);
  }

  /** Makes at least one local step if it has a record, even if the round is cut already. */
  private WorkerResult train(
      Engine engine, Batches batches, int worker, boolean cutAtOnce, long begun) {
    StepMetrics done = new StepMetrics(engine);
    boolean cut = cutAtOnce;
    List<String> last = List.of();
    Batch first = next(batches);
    done.firstBatchSeconds = batches.waitedSeconds();
    for (Batch next = first; next != null; next = cut ? null : next(batches)) {
      stopIfKilled();
      long start = System.nanoTime();
      double[] losses = step(engine, next, done.steps, worker);
      done.stepNanos += System.nanoTime() - start;
      Optional<String> exploded = exploded(engine, losses);
      if (exploded.isPresent()) {
        return diverged(worker, done.steps + 1, exploded.get(), last, next.keys());
      }
      done.add(next, losses);
      last = next.keys();
      cut = cut || cutSignal.isCut(worker, done.examples);
    }
    if (done.steps == 0) {
      return WorkerResult.nothing(worker, batches.passedOver(), batches.gaveUp());
    }
    done.waitSeconds = batches.waitedSeconds() - done.firstBatchSeconds;
    float[] parameters = new float[engine.parameters()];
    float[] momentum = new float[engine.parameters()];
    try (Span span = Span.of("read")) {
      engine.readParameters(parameters);
      engine.readMomentum(momentum);
    }
    if (!TrainingState.areFinite(parameters) || !TrainingState.areFinite(momentum)) {
      return diverged(worker, done.steps, "a parameter is no longer a number", List.of(), last);
    }
    List<Range> leftOver = cut ? batches.rest() : List.of();
    RoundMetrics metrics = done.metrics(leftOver, batches, worker, begun);
    return new WorkerResult(worker, parameters, momentum, metrics);
  }

  private static Batch next(Batches batches) {
    try (Span span = Span.of("wait")) {
      return batches.next();
    }
  }

  /** The metrics of the steps so far. */
  private final class StepMetrics {

    private final HeadHealth health;
    private final double[] lossSums;
    private final ActiveUnits activeUnits = new ActiveUnits();
    private long examples;
    private int examplesOfLastStep;
    private int steps;
    private long stepNanos;
    private double firstBatchSeconds;
    private double waitSeconds;

    StepMetrics(Engine engine) {
      this.health = new HeadHealth(engine);
      this.lossSums = new double[engine.heads().size()];
    }

    void add(Batch batch, double[] losses) {
      for (int head = 0; head < losses.length; head++) {
        lossSums[head] += losses[head] * batch.examples();
      }
      health.addActiveUnits(activeUnits);
      examplesOfLastStep = batch.examples();
      examples += batch.examples();
      steps++;
    }

    RoundMetrics metrics(List<Range> leftOver, Batches batches, int worker, long begun) {
      WorkerTime time =
          new WorkerTime(
              worker,
              place(),
              examples,
              steps,
              (System.nanoTime() - begun) / 1e9,
              firstBatchSeconds,
              waitSeconds,
              stepNanos / 1e9);
      double[] norms = health.gradientNorms(examplesOfLastStep);
      for (int head = 0; head < norms.length; head++) {
        norms[head] *= examples;
      }
      return new RoundMetrics(
          examples,
          steps,
          List.of(time),
          lossSums,
          norms,
          activeUnits,
          new TreeSet<>(List.of(Engines.instructions(engineSpec.kind()))),
          leftOver,
          batches.passedOver(),
          batches.gaveUp(),
          List.of());
    }
  }

  /**
   * Makes a local step. If a round with left-over records has more steps than its plan, the
   * learning rate stays at the plan's last one, and the dropout's seed comes from the round, since
   * the global step belongs to the next round.
   */
  private double[] step(Engine engine, Batch batch, int steps, int worker) {
    try (Span span = Span.of("step", steps)) {
      return made(engine, batch, steps, worker);
    }
  }

  private double[] made(Engine engine, Batch batch, int steps, int worker) {
    if (steps < planned.steps()) {
      int step = planned.step() + steps;
      return engine.step(batch, step, SplitMix.hash(seed, step, worker));
    }
    return engine.step(
        batch,
        planned.step() + planned.steps() - 1,
        SplitMix.hash(seed, planned.number(), steps, worker));
  }

  private Optional<String> exploded(Engine engine, double[] losses) {
    double most = EXPLODED * Math.log(dataset.classes());
    for (int head = 0; head < losses.length; head++) {
      if (!(losses[head] <= most)) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "the loss of %s is %.4g",
                engine.heads().get(head).name(),
                losses[head]));
      }
    }
    return Optional.empty();
  }

  /**
   * The result of a worker that diverged. It names the records of the step, and of the step before
   * it if there was one: that step's update may have caused the loss.
   */
  private static WorkerResult diverged(
      int worker, int localStep, String what, List<String> before, List<String> keys) {
    List<String> records = new ArrayList<>(keys);
    records.addAll(before);
    return WorkerResult.diverged(new Divergence(worker, localStep, what, records));
  }

  /**
   * Ends a task that Spark has asked to end: Spark does no more than ask, and native code ignores
   * it.
   */
  private static void stopIfKilled() {
    if (isKilled()) {
      throw new TaskKilledException();
    }
  }

  private static String place() {
    return TaskContext.get() == null ? "" : Blocks.place();
  }

  private static boolean isKilled() {
    TaskContext task = TaskContext.get();
    return task != null && task.isInterrupted();
  }

  /** A further attempt runs where another worker has its place, and so reads nothing ahead. */
  private static boolean isFirstAttempt() {
    TaskContext task = TaskContext.get();
    return task == null || (task.attemptNumber() == 0 && task.stageAttemptNumber() == 0);
  }
}
