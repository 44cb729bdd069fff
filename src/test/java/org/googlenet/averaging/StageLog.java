package org.googlenet.averaging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;

/** Writes down the two stages of a round: the workers, and the reducers that average them. */
final class StageLog extends SparkListener {

  private final List<StageInfo> stages = new ArrayList<>();
  private long shuffleBytes;

  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted event) {
    stages.add(event.stageInfo());
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    shuffleBytes += event.taskMetrics().shuffleWriteMetrics().bytesWritten();
  }

  /** Before a round. */
  synchronized void forget() {
    stages.clear();
    shuffleBytes = 0;
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

  /** When the last worker's result was there for the reducers. */
  synchronized long trainingEnd() {
    return 1_000 * (Long) stages.get(0).completionTime().get();
  }

  /** When the last reducer's result was at the driver. */
  synchronized long averageEnd() {
    return 1_000 * (Long) stages.get(stages.size() - 1).completionTime().get();
  }

  /** What the workers wrote for the reducers. */
  synchronized long shuffleBytes() {
    return shuffleBytes;
  }
}
