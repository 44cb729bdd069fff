package org.googlenet.spark;

import org.apache.spark.broadcast.Broadcast;

/** Destroys what was broadcast for jobs when they have failed or are over. */
public final class Broadcasts {

  private Broadcasts() {}

  /** Destroys a broadcast at the end of some work; Spark may have stopped before. */
  public static void destroyAtLast(Broadcast<?> broadcast) {
    try {
      broadcast.destroy();
    } catch (Exception stopped) {
      // Then all blocks are gone, too.
      return;
    }
  }

  /**
   * Destroys a broadcast after a failure, once the last task that uses it has ended. Spark fails a
   * job as soon as one task has failed and only asks the others to end; if it is stopped while they
   * still compute, its threads print the stack traces of what goes wrong then.
   */
  public static void destroyAfterFailure(Broadcast<?> broadcast) {
    try {
      broadcast.destroy(true);
    } catch (Exception unanswered) {
      // An executor that does not answer is lost, and its blocks with it; the job's failure is
      // reported.
      return;
    }
  }
}
