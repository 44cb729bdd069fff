package org.googlenet.app;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The option of the commands that take a run which another driver may hold. */
final class LeaseWaitOption {

  @Option(
      names = "--lease-wait",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long to wait for another driver that holds the run, as in 10m, before ending with"
              + " code 4 (default: not at all).")
  private Duration duration = Duration.ZERO;

  Duration duration() {
    return duration;
  }
}
