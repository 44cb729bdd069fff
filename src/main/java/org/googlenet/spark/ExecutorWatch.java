package org.googlenet.spark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.googlenet.common.ClockText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.JavaConverters;

/**
 * Ends the jobs of a cluster that has lost all its executors if no new one appears for some time:
 * Spark itself would wait forever.
 *
 * @param patience how long a job may be without an executor
 */
public record ExecutorWatch(JavaSparkContext spark, Duration patience) {

  /** Spark's name for the driver in its list of executors. */
  private static final String DRIVER = "driver";

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorWatch.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** A shorter time without an executor is not logged. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  /**
   * Watches until Spark is stopped; does nothing for a local Spark, which always has its executor.
   */
  public void start() {
    if (!spark.isLocal()) {
      Thread thread = new Thread(this::watch, "executors");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** The executors that a cluster has at this moment. */
  public static List<ExecutorSummary> executors(JavaSparkContext spark) {
    List<ExecutorSummary> executors =
        new ArrayList<>(JavaConverters.seqAsJavaList(spark.sc().statusStore().executorList(true)));
    executors.removeIf(executor -> executor.id().equals(DRIVER));
    return executors;
  }

  private void watch() {
    try {
      watchUntilInterrupted();
    } catch (RuntimeException | InterruptedException e) {
      if (!spark.sc().isStopped()) {
        LOG.warn("executors are not watched any more", e);
      }
    }
  }

  private void watchUntilInterrupted() throws InterruptedException {
    long since = System.nanoTime();
    boolean told = false;
    while (!spark.sc().isStopped()) {
      boolean isServed = !executors(spark).isEmpty();
      if (told && isServed) {
        LOG.warn("there is an executor again");
      }
      if (isServed || jobs().length == 0) {
        since = System.nanoTime();
        told = false;
      }
      Duration without = Duration.ofNanos(System.nanoTime() - since);
      if (!told && without.compareTo(QUIET) > 0) {
        LOG.warn(
            "there is no executor; waiting for one until {}",
            ClockText.in(patience.minus(without)));
        told = true;
      }
      if (without.compareTo(patience) > 0) {
        giveUp();
        since = System.nanoTime();
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
  }

  private int[] jobs() {
    return spark.statusTracker().getActiveJobIds();
  }

  private void giveUp() {
    for (int job : jobs()) {
      spark.sc().cancelJob(job, JobProblem.noExecutor(patience));
    }
  }
}
