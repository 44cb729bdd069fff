package org.googlenet.app;

import picocli.CommandLine.Option;

/** The option of the commands that print what they found for people or as one JSON object. */
final class FormatOption {

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json",
      description = "text (default) or json.")
  private OutputFormat format;

  boolean isJson() {
    return format == OutputFormat.JSON;
  }
}
