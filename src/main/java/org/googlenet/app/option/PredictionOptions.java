package org.googlenet.app.option;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options of predictions that are written and not printed. */
public final class PredictionOptions {

  private static final String OUTPUT = "--output";
  private static final String PART_SIZE = "--part-size";
  private static final String FEATURES = "--features";

  @Option(
      names = OUTPUT,
      paramLabel = "URI",
      description = {
        "Predict --data as a Spark job, and write a row for each record below this path or URI: key,",
        "label, classes, error. The same command again makes only the parts that are missing."
      })
  private String output;

  @Option(
      names = PART_SIZE,
      defaultValue = "10000",
      paramLabel = "N",
      description = {
        "With --output: records of an object that is written (default: ${DEFAULT-VALUE}); a shard that others wrote",
        "is one object."
      })
  private int partSize;

  @Option(
      names = FEATURES,
      description =
          "With --output: write also the 1024 values that the classifier reads, as an embedding.")
  private boolean features;

  /** Where the predictions go; empty if they are printed. */
  public Optional<String> output() {
    return Optional.ofNullable(output);
  }

  /** Records of a part, at least 1. */
  public int partSize(CommandLine.Model.CommandSpec command) {
    Checks.atLeastOne(command, PART_SIZE, partSize);
    return partSize;
  }

  /** Whether rows have features. */
  public boolean hasFeatures() {
    return features;
  }

  /** Refuses options that mean nothing without an output. */
  public void requireNone(CommandLine.Model.CommandSpec command) {
    List<String> names = new ArrayList<>(List.of(PART_SIZE, FEATURES, ExecutorWait.NAME));
    names.addAll(FieldOptions.NAMES);
    for (String name : names) {
      if (command.commandLine().getParseResult().hasMatchedOption(name)) {
        throw new CommandLine.ParameterException(
            command.commandLine(), name + ": is for predictions that are written (--output)");
      }
    }
  }
}
