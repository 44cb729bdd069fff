package org.googlenet.app.option;

import java.time.Duration;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.preflight.Preflight;
import org.googlenet.preflight.PreflightProblem;
import org.googlenet.spark.ExecutorWatch;
import picocli.CommandLine.Option;

/** The option of the commands that need executors of a cluster. */
public final class ExecutorWait {

  @Option(
      names = "--executor-wait",
      paramLabel = "DURATION",
      defaultValue = "2m",
      converter = DurationConverter.class,
      description =
          "How long to wait for a cluster's first executor, as in 10m for a busy queue, and for one"
              + " when all are lost (default: ${DEFAULT-VALUE}).")
  private Duration duration;

  public Duration duration() {
    return duration;
  }

  /**
   * Waits for the first executor; from then on jobs end with code 7 when none is left.
   *
   * @throws PreflightProblem with code 7 if none comes
   */
  public void await(JavaSparkContext spark) {
    Preflight.awaitExecutor(spark, duration);
    watched(spark);
  }

  /** A Spark whose jobs end with code 7 when no executor is left. */
  public JavaSparkContext watched(JavaSparkContext spark) {
    new ExecutorWatch(spark, duration).start();
    return spark;
  }
}
