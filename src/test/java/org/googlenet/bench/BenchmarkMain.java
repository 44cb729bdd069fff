package org.googlenet.bench;

import org.googlenet.common.Problem;
import picocli.CommandLine;

/** Runs a benchmark's command as a program. */
final class BenchmarkMain {

  private BenchmarkMain() {}

  /**
   * Runs it and ends the JVM with 0, or 2 for a wrong call, a {@link BenchmarkProblem} or a {@link
   * Problem}.
   *
   * @param name of the benchmark, as {@code scripts/bench} takes it
   */
  static void run(Object benchmark, String name, String... arguments) {
    System.exit(
        new CommandLine(benchmark)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  if (!(failure instanceof BenchmarkProblem || failure instanceof Problem)) {
                    throw failure;
                  }
                  command.getErr().println("scripts/bench " + name + ": " + failure.getMessage());
                  return CommandLine.ExitCode.USAGE;
                })
            .execute(arguments));
  }
}
