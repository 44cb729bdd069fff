package org.googlenet.averaging;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * What Spark's UI shows of a round by task, so that a person finds the slow worker; nothing else
 * reads it. Each round has its own.
 *
 * @param waiting seconds in which workers waited for batches
 * @param inSteps seconds that workers spent in local steps
 */
record RoundCounters(
    LongAccumulator examples,
    LongAccumulator steps,
    LongAccumulator badRecords,
    DoubleAccumulator waiting,
    DoubleAccumulator inSteps)
    implements Serializable {

  static RoundCounters in(SparkContext spark) {
    return new RoundCounters(
        spark.longAccumulator("examples"),
        spark.longAccumulator("local steps"),
        spark.longAccumulator("bad records"),
        spark.doubleAccumulator("seconds waiting for batches"),
        spark.doubleAccumulator("seconds in local steps"));
  }

  /** Adds a worker's result; its task calls it. */
  WorkerResult count(WorkerResult result) {
    RoundMetrics metrics = result.metrics();
    examples.add(metrics.examples());
    steps.add(metrics.steps());
    badRecords.add(metrics.passedOver().size());
    waiting.add(metrics.waitSeconds());
    inSteps.add(metrics.stepSeconds());
    return result;
  }
}
