package org.googlenet.app.option;

import java.util.Optional;
import org.googlenet.report.mlflow.ModelRegistry;
import org.googlenet.retrain.MlflowPromotion;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options of a command that lets MLflow know of a promotion. */
public final class MlflowOptions {

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec command;

  @Option(
      names = "--mlflow-uri",
      paramLabel = "URL",
      description = {
        "An MLflow server: the model becomes a version of a registered model there, and the alias",
        "champion moves to it (default: none). A server that is away costs a warning."
      })
  private String url;

  private String model = ModelRegistry.DEFAULT_NAME;

  @Option(
      names = "--mlflow-model",
      paramLabel = "NAME",
      description = "The registered model (default: " + ModelRegistry.DEFAULT_NAME + ").")
  @SuppressWarnings("UnusedMethod") // picocli calls it
  private void setModel(String name) {
    if (!ModelRegistry.isName(name)) {
      throw new CommandLine.ParameterException(
          command.commandLine(),
          "--mlflow-model: %s: must be 1 to 200 of A-Z a-z 0-9 . _ - and spaces".formatted(name));
    }
    model = name;
  }

  /** Whom to tell of a promotion, if anyone. */
  public Optional<MlflowPromotion> promotion() {
    return Optional.ofNullable(url)
        .map(server -> new MlflowPromotion("--mlflow-uri", server, model));
  }
}
