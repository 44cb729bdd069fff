package org.googlenet.app;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The option of the commands that look at each executor before they train. */
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
}
