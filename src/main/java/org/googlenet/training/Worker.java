package org.googlenet.training;

import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.googlenet.data.Augmentation;
import org.googlenet.data.Batch;
import org.googlenet.data.Batches;
import org.googlenet.data.DataPlan;
import org.googlenet.data.Dataset;
import org.googlenet.data.Range;
import org.googlenet.data.SplitMix;
import org.googlenet.engine.Engine;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.model.GoogLeNet;

/**
 * A worker's part of one round: local steps over the records that the plan names for it.
 *
 * @param epoch the epoch, from 0
 * @param round the round within the epoch, from 0
 */
record Worker(
    Dataset dataset,
    DataPlan plan,
    EngineSpec engineSpec,
    int batch,
    int side,
    Augmentation augmentation,
    long seed,
    int epoch,
    int round)
    implements LocalTraining {

  @Override
  public WorkerResult train(int worker, TrainingState state) {
    List<Range> ranges = plan.ranges(epoch, round, worker);
    if (ranges.isEmpty()) {
      return WorkerResult.nothing(worker);
    }
    try (Engines.Loan loan = Engines.borrow(engineSpec);
        Batches batches =
            new Batches(dataset, ranges, batch, side, augmentation, true, seed, epoch)) {
      WorkerResult result = train(loan.engine(), batches, worker, state);
      loan.done();
      return result;
    }
  }

  private WorkerResult train(Engine engine, Batches batches, int worker, TrainingState state) {
    engine.load(state.parameters(), state.momentum());
    double[] lossSums = new double[GoogLeNet.HEADS.size()];
    long examples = 0;
    int steps = 0;
    for (Batch next = batches.next(); next != null; next = batches.next()) {
      stopIfKilled();
      int step = state.step() + steps;
      double[] losses = engine.step(next, step, SplitMix.hash(seed, step, worker));
      for (int head = 0; head < losses.length; head++) {
        lossSums[head] += losses[head] * next.examples();
      }
      examples += next.examples();
      steps++;
    }
    float[] parameters = new float[engine.parameters()];
    float[] momentum = new float[engine.parameters()];
    engine.readParameters(parameters);
    engine.readMomentum(momentum);
    return new WorkerResult(
        worker,
        examples,
        steps,
        lossSums,
        parameters,
        momentum,
        Engines.instructions(engineSpec.kind()));
  }

  /** Spark asks a task to end, it does not end it: native code would not notice. */
  private static void stopIfKilled() {
    TaskContext task = TaskContext.get();
    if (task != null && task.isInterrupted()) {
      throw new TaskKilledException();
    }
  }
}
