package org.googlenet.training;

import java.io.IOException;
import java.io.Serializable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.TrainingState;
import org.googlenet.averaging.WorkerResult;

/**
 * What goes wrong in a worker on an executor, which has this class but not the classes that tests
 * run with.
 */
@FunctionalInterface
interface Disturbance extends Serializable {

  /**
   * Trains, or does not.
   *
   * @param attempt how many attempts there were before this one
   * @param training the worker's part of the round, as it would be
   */
  WorkerResult train(int attempt, Part training) throws Exception;

  /** A worker's part of a round. */
  @FunctionalInterface
  interface Part {
    WorkerResult train() throws Exception;
  }

  /** Throws its work away and fails, so many times. */
  static Disturbance failing(int times) {
    return (attempt, training) -> {
      WorkerResult result = training.train();
      if (attempt < times) {
        throw new IOException("the disk is gone");
      }
      return result;
    };
  }

  /** Trains, and then hangs until Spark interrupts it; the first attempt only. */
  static Disturbance hanging() {
    return (attempt, training) -> {
      WorkerResult result = training.train();
      if (attempt == 0) {
        TimeUnit.MINUTES.sleep(10);
      }
      return result;
    };
  }

  /**
   * Trains only after a signal and takes no notice of being killed; the first attempt only.
   *
   * @param begin what to wait for
   * @param trained what is given when the training is done
   */
  static Disturbance late(Signal begin, Signal trained) {
    return (attempt, training) -> {
      if (attempt > 0) {
        return training.train();
      }
      FutureTask<WorkerResult> late =
          new FutureTask<>(
              () -> {
                begin.await();
                WorkerResult result = training.train();
                trained.give();
                return result;
              });
      // A thread of its own has no task that Spark could end.
      new Thread(late, "late").start();
      return joinWhateverSparkSays(late);
    };
  }

  /** Trains only after a signal. */
  static Disturbance waiting(Signal begin) {
    return (attempt, training) -> {
      begin.await();
      return training.train();
    };
  }

  private static WorkerResult joinWhateverSparkSays(FutureTask<WorkerResult> work)
      throws ExecutionException {
    WorkerResult result = null;
    while (result == null) {
      try {
        result = work.get();
      } catch (InterruptedException killed) {
        // Spark asks a task to end by interrupting it; this one does not listen.
      }
    }
    return result;
  }

  /**
   * Workers of which one is disturbed in one round.
   *
   * @param round the round, counted from 1
   * @param worker the worker, counted from 0
   */
  record Workers(LocalTraining undisturbed, Disturbance disturbance, int round, int worker)
      implements LocalTraining {

    @Override
    public WorkerResult train(int number, TrainingState state) throws Exception {
      if (number != worker || state.round() != round - 1) {
        return undisturbed.train(number, state);
      }
      int attempt = TaskContext.get().attemptNumber();
      return disturbance.train(attempt, () -> undisturbed.train(number, state));
    }
  }
}
