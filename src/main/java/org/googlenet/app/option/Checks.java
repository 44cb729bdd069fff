package org.googlenet.app.option;

import picocli.CommandLine;

/** Checks the ranges of command-line options. */
public final class Checks {

  private Checks() {}

  /**
   * Refuses a number below 1.
   *
   * @throws CommandLine.ParameterException if the value is below 1
   */
  public static void atLeastOne(CommandLine.Model.CommandSpec spec, String option, long value) {
    atLeast(spec, option, value, 1);
  }

  /**
   * Refuses a number below a minimum.
   *
   * @param value null if the option is not given
   * @throws CommandLine.ParameterException if the value is below {@code least}
   */
  public static void atLeast(
      CommandLine.Model.CommandSpec spec, String option, Number value, long least) {
    if (value != null && value.longValue() < least) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), option + ": " + value + ": must be at least " + least);
    }
  }
}
