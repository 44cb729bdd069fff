package org.googlenet.app.option;

import java.time.Duration;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.preflight.Preflight;
import org.googlenet.preflight.PreflightProblem;
import org.googlenet.spark.ExecutorWatch;
import picocli.CommandLine.Option;

/** The option {@code --executor-wait} of commands that need a cluster's executors. */
public final class ExecutorWait {

  static final String NAME = "--executor-wait";

  @Option(
      names = NAME,
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
   * Waits for the first executor; from then on jobs end with code 7 if no executor is left.
   *
   * @throws PreflightProblem with code 7 if no executor comes
   */
  public void await(JavaSparkContext spark) {
    Preflight.awaitExecutor(spark, duration);
    watched(spark);
  }

  /** Makes Spark's jobs end with code 7 if no executor is left; returns the same Spark. */
  public JavaSparkContext watched(JavaSparkContext spark) {
    new ExecutorWatch(spark, duration).start();
    return spark;
  }
}
