package org.googlenet.profile;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.Dataset;
import org.googlenet.data.EpochSeed;
import org.googlenet.data.format.Range;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.engine.OneDnnEngine;
import org.googlenet.engine.StepTimes;
import org.googlenet.model.Batch;

/**
 * Measures a worker's steps in a task: on the machine and with the threads that would train.
 *
 * @param ranges the records of the batches
 * @param seed of the training
 * @param steps how many are measured of each kind
 */
record Steps(
    Dataset dataset, List<Range> ranges, BatchSpec batches, EngineSpec engine, long seed, int steps)
    implements Serializable {

  /** Until memory is touched, code compiled and the processor's clock steady. */
  private static final int WARM_UP = 4;

  /** Batches that steps take in turn, and how many more are decoded to time that. */
  private static final int KEPT = 4;

  private static final int DECODED = 8;

  /**
   * What was measured.
   *
   * @param decodeMs to read and decode a batch, with the threads that the recipe has for that
   */
  record Measured(int examples, double decodeMs, StepProfile training, StepProfile forward)
      implements Serializable {}

  private record Decoded(List<Batch> batches, double ms) {}

  /** Measures; the engine must be oneDNN's. */
  Measured measure() {
    Decoded decoded = decode();
    List<Batch> given = decoded.batches;
    try (Engines.Loan loan = Engines.borrow(engine)) {
      if (!(loan.engine() instanceof OneDnnEngine own)) {
        throw new ProfileProblem(ProfileJob.notOurs(loan.engine().name()));
      }
      StepProfile training =
          profile(
              given,
              (batch, step) -> own.step(batch, step, step),
              (batch, step) -> own.timedStep(batch, step, step),
              own.bareConvolutions(steps));
      StepProfile forward =
          profile(
              given,
              (batch, step) -> own.probabilities(batch, 1),
              (batch, step) -> own.timedPass(batch, 1),
              own.bareConvolutions(steps));
      loan.done();
      return new Measured(given.get(0).examples(), decoded.ms, training, forward);
    }
  }

  /** Makes a step with a batch. */
  @FunctionalInterface
  private interface Work<T> {
    T with(Batch batch, int step);
  }

  /** Steps with and without a clock inside come in turn, so that both see the same machine. */
  private StepProfile profile(
      List<Batch> given,
      Work<?> plain,
      Work<StepTimes> timed,
      Map<String, Map<String, Double>> bare) {
    for (int step = 0; step < WARM_UP; step++) {
      plain.with(given.get(step % given.size()), step);
    }
    double[] seconds = new double[steps];
    List<StepTimes> times = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      Batch batch = given.get(step % given.size());
      long begun = System.nanoTime();
      plain.with(batch, WARM_UP + 2 * step);
      seconds[step] = (System.nanoTime() - begun) / 1e9;
      times.add(timed.with(batch, WARM_UP + 2 * step + 1));
    }
    return StepProfile.of(seconds, times, bare);
  }

  /** Takes batches as fast as they come. The first is not on the clock: it opens the data set. */
  private Decoded decode() {
    List<Batch> kept = new ArrayList<>();
    try (Batches reading = Batches.shuffled(dataset, ranges, batches, new EpochSeed(seed, 0))) {
      long begun = System.nanoTime();
      Batch batch = reading.next();
      if (batch == null) {
        throw new ProfileProblem(
            dataset.location() + ": has no record that can be used; run 'googlenet validate'");
      }
      kept.add(batch);
      double first = (System.nanoTime() - begun) / 1e6;
      begun = System.nanoTime();
      int decoded = 0;
      for (batch = reading.next();
          batch != null && batch.examples() == kept.get(0).examples() && decoded < DECODED;
          batch = reading.next()) {
        decoded++;
        if (kept.size() < KEPT) {
          kept.add(batch);
        }
      }
      double rest = (System.nanoTime() - begun) / 1e6;
      return new Decoded(kept, decoded == 0 ? first : rest / decoded);
    }
  }
}
