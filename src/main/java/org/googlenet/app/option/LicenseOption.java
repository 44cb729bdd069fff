package org.googlenet.app.option;

import java.util.Optional;
import java.util.regex.Pattern;
import org.googlenet.export.ModelCard;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The option {@code --license} of commands that promote a model. */
public final class LicenseOption {

  /** As identifiers of SPDX, and of Hugging Face, are. */
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+-]{0,63}");

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec command;

  private String license;

  @Option(
      names = "--license",
      paramLabel = "ID",
      description = {
        "The model's licence, by its identifier, as in apache-2.0 or cc-by-4.0; it goes into the",
        "model's MODEL_CARD.md, which else calls the licence unknown."
      })
  @SuppressWarnings("UnusedMethod") // picocli calls it
  private void setLicense(String value) {
    if (!IDENTIFIER.matcher(value).matches()) {
      throw new CommandLine.ParameterException(
          command.commandLine(),
          "--license: %s: give a licence's identifier, as in apache-2.0".formatted(value));
    }
    license = value;
  }

  /** Whether it was given. */
  public boolean isGiven() {
    return license != null;
  }

  /** What is written beside a promoted model. */
  public ModelCard card() {
    return new ModelCard(Optional.ofNullable(license));
  }
}
