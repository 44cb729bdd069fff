package org.googlenet.app;

import picocli.CommandLine;

/** Ranges of options. */
final class Checks {

  private Checks() {}

  /**
   * @throws CommandLine.ParameterException if the value is below 1
   */
  static void atLeastOne(CommandLine.Model.CommandSpec spec, String option, long value) {
    atLeast(spec, option, value, 1);
  }

  /**
   * @param value null for an option that is not given
   * @throws CommandLine.ParameterException if the value is below {@code least}
   */
  static void atLeast(CommandLine.Model.CommandSpec spec, String option, Number value, long least) {
    if (value != null && value.longValue() < least) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), option + ": " + value + ": must be at least " + least);
    }
  }
}
