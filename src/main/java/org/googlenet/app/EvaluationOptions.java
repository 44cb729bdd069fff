package org.googlenet.app;

import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options of the commands that evaluate models on a data set. */
final class EvaluationOptions {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATASET",
      description = "Path or URI of the data set to evaluate on.")
  private String data;

  @Option(
      names = "--batch",
      defaultValue = "32",
      paramLabel = "IMAGES",
      description = "Images of one forward pass (default: ${DEFAULT-VALUE}).")
  private int batch;

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec command;

  String data() {
    return data;
  }

  /**
   * Images of one forward pass, at least 1.
   *
   * @throws CommandLine.ParameterException if it is less
   */
  int batch() {
    Checks.atLeastOne(command, "--batch", batch);
    return batch;
  }
}
