package org.googlenet.averaging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.StageInfo;

/**
 * Writes down the two jobs of a round on a cluster: the workers, and those that average them. On a
 * local Spark there is the first only.
 */
final class StageLog extends SparkListener {

  private final List<StageInfo> stages = new ArrayList<>();

  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted event) {
    stages.add(event.stageInfo());
  }

  /** Before a round. */
  synchronized void forget() {
    stages.clear();
  }

  /** Waits until Spark has told all that has happened so far. */
  void catchUp(JavaSparkContext spark) {
    try {
      spark.sc().listenerBus().waitUntilEmpty();
    } catch (TimeoutException e) {
      throw new IllegalStateException("Spark's events of a round do not arrive", e);
    }
  }

  /** When the workers' tasks were handed to the scheduler, in microseconds since 1970. */
  synchronized long trainingStart() {
    return 1_000 * (Long) stages.get(0).submissionTime().get();
  }

  /** When the driver knew of the last worker's result. */
  synchronized long trainingEnd() {
    return 1_000 * (Long) stages.get(0).completionTime().get();
  }

  /** When the driver knew that the mean is summed. */
  synchronized long averageEnd() {
    return 1_000 * (Long) stages.get(stages.size() - 1).completionTime().get();
  }
}
