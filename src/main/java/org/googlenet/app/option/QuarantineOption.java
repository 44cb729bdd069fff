package org.googlenet.app.option;

import org.googlenet.common.Tolerance;
import org.googlenet.data.BadRecordLimit;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code --quarantine}: how many records that cannot be used are passed over. */
public final class QuarantineOption {

  private static final String NAME = "--quarantine";

  @Option(
      names = NAME,
      paramLabel = "TOLERANCE",
      converter = ToleranceConverter.class,
      description =
          "How many records that cannot be used (an image that cannot be decoded, a label of no"
              + " class, a damaged record) are passed over: a number, or a"
              + " percentage of the data set's, which is at least one. More end the command with"
              + " code 3 (default: 0.1%%).")
  private Tolerance tolerance = Tolerance.DEFAULT;

  /** The limit that the option sets. */
  public BadRecordLimit limit() {
    return new BadRecordLimit(tolerance, NAME);
  }

  /** Whether it is on the command line. */
  public boolean isGiven(CommandLine.Model.CommandSpec command) {
    return command.commandLine().getParseResult().hasMatchedOption(NAME);
  }
}
