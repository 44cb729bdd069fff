package org.googlenet.training;

import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.googlenet.averaging.CutSignal;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.Worker;

/** Workers of which the second waits before each local step of a round that may be cut. */
final class Slowed {

  private Slowed() {}

  /** What {@code TrainingJob} takes. */
  static UnaryOperator<LocalTraining> by(long milliseconds) {
    return training -> {
      Worker worker = (Worker) training;
      return new Worker(
          worker.dataset(),
          worker.plan(),
          worker.engineSpec(),
          worker.batchSpec(),
          worker.seed(),
          worker.planned(),
          worker.next(),
          new Slow(worker.cutSignal(), milliseconds));
    };
  }

  private record Slow(CutSignal cutSignal, long milliseconds) implements CutSignal {

    @Override
    public boolean isCut(int worker, long examples) {
      if (worker == 1 && mayCut()) {
        try {
          TimeUnit.MILLISECONDS.sleep(milliseconds);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return cutSignal.isCut(worker, examples);
    }

    @Override
    public boolean mayCut() {
      return cutSignal.mayCut();
    }
  }
}
