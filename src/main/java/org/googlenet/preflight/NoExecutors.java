package org.googlenet.preflight;

import java.time.Duration;
import org.apache.spark.SparkConf;
import org.googlenet.config.Problem;

/** A cluster gave the job no executor for as long as it waited. */
final class NoExecutors extends Problem {

  private static final long serialVersionUID = 1L;

  NoExecutors(String master, Duration waited, SparkConf conf) {
    super(
        "%s gave no executor within %d s: look at its workers, and whether one has %s of memory and %s cores free; --executor-wait waits longer"
            .formatted(
                master,
                waited.toSeconds(),
                conf.get("spark.executor.memory", "1g"),
                conf.get("spark.executor.cores", conf.get("spark.task.cpus", "1"))));
  }

  @Override
  public int exitCode() {
    return 2;
  }
}
