package org.googlenet.averaging;

import org.googlenet.data.BatchSpec;
import org.googlenet.data.DataPlan;
import org.googlenet.data.Dataset;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.engine.EngineSpec;

/**
 * Local steps of real workers on a data set: those of a round, or those of one process alone that
 * computes with as many threads as a round has workers. As in a training, all but the first find
 * their first batches decoded, since each reads ahead for one like itself.
 *
 * @param engine of one thread
 * @param batch images of a local step
 * @param side height and width of an image
 * @param workers of a round
 */
record LocalWork(Dataset dataset, EngineSpec engine, int batch, int side, int workers) {

  /** A round's workers, each with so many local steps. */
  LocalTraining ofRound(int localSteps, CutSignal cutSignal) {
    return worker(workers, engine, localSteps, cutSignal);
  }

  /** Makes so many local steps in this thread, without Spark, and says how many seconds it took. */
  double alone(TrainingState state, int localSteps) {
    Worker worker = worker(1, engine.withThreads(workers), localSteps, CutSignal.FULL);
    long start = System.nanoTime();
    worker.train(0, state);
    return (System.nanoTime() - start) / 1e9;
  }

  private Worker worker(int of, EngineSpec with, int localSteps, CutSignal cutSignal) {
    DataPlan plan = new DataPlan(dataset.recordsPerShard(), 1, of);
    DataPlan.Section section = new DataPlan.Section(0, 0, (long) of * localSteps * batch);
    RoundPlan.PlannedRound planned = new RoundPlan.PlannedRound(0, section, 0, localSteps, false);
    return new Worker(
        dataset,
        plan,
        with,
        new BatchSpec(batch, side, Decoding.of(Augmentation.Kind.INCEPTION)),
        1,
        planned,
        planned,
        cutSignal);
  }
}
