package org.googlenet.app;

import picocli.CommandLine;

/** Ranges of options. */
final class Checks {

  private Checks() {}

  /**
   * @throws CommandLine.ParameterException if the value is below 1
   */
  static void atLeastOne(CommandLine.Model.CommandSpec spec, String option, long value) {
    if (value < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), option + ": " + value + ": must be at least 1");
    }
  }
}
