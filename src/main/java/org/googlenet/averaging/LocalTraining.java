package org.googlenet.averaging;

import java.io.Serializable;

/** What a worker does in one round, as a value that Spark can send to an executor. */
@FunctionalInterface
public interface LocalTraining extends Serializable {

  /**
   * Trains from a state.
   *
   * @param worker number of the worker, from 0
   * @param state parameters and momentum to start from; must not be changed, since the tasks of a
   *     JVM share it
   * @return a result whose vectors nobody changes afterwards
   */
  WorkerResult train(int worker, TrainingState state) throws Exception;
}
