package org.googlenet.app.option;

import java.io.PrintWriter;
import java.util.function.Consumer;
import org.googlenet.app.io.Output;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * The option {@code --format} of commands that print their result for people or as one JSON object.
 */
public final class FormatOption {

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json",
      description = "text (default) or json.")
  private OutputFormat format;

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec command;

  public boolean isJson() {
    return format == OutputFormat.JSON;
  }

  /**
   * Prints the command's result, and keeps it for {@code --outcome}.
   *
   * @param json a plain value that becomes one JSON object
   * @param text prints the same for people
   */
  public void print(Object json, Consumer<PrintWriter> text) {
    OutcomeFile.of(command).found(json);
    PrintWriter out = command.commandLine().getOut();
    if (isJson()) {
      out.println(Output.json(json));
    } else {
      text.accept(out);
    }
    out.flush();
  }
}
