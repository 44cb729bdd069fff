package org.googlenet.app;

import java.time.Duration;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.preflight.Preflight;
import org.googlenet.preflight.PreflightProblem;
import picocli.CommandLine.Option;

/** The option of the commands that need executors of a cluster. */
final class ExecutorWait {

  @Option(
      names = "--executor-wait",
      paramLabel = "DURATION",
      defaultValue = "2m",
      converter = DurationConverter.class,
      description =
          "How long to wait for a cluster's first executor, as in 10m for a busy queue (default:"
              + " ${DEFAULT-VALUE}).")
  private Duration duration;

  Duration duration() {
    return duration;
  }

  /**
   * Waits for the first executor.
   *
   * @throws PreflightProblem with code 7 if none comes
   */
  void await(JavaSparkContext spark) {
    Preflight.awaitExecutor(spark, duration);
  }
}
