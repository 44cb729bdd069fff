package org.googlenet.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.googlenet.app.io.Formats;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.LicenseOption;
import org.googlenet.app.option.MlflowOptions;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.registry.Champion;
import org.googlenet.registry.Models;
import org.googlenet.registry.Promotion;
import org.googlenet.registry.SavedModel;
import org.googlenet.retrain.MlflowPromotion;
import org.googlenet.run.Metadata;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet promote}: makes a checkpoint's model, or an older model, the champion. */
@Command(
    name = "promote",
    description = {
      "Makes the model of a checkpoint, or an older one, the champion.",
      "Copies it to the folder of models and verifies the copy. A model that is there already is named"
          + " and not copied: so an older version is rolled back to. The same command again changes"
          + " nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet promote runs/sample/checkpoints/000012-0001 --models models",
      "  googlenet promote runs/sample --models models --version spring",
      "  googlenet promote models/sample-000012-0001 --models models --note 'roll back'",
      "  googlenet promote runs/sample --models models --mlflow-uri http://mlflow:5000"
    })
final class PromoteCommand implements Callable<Integer> {

  private static final int LONGEST_NOTE = 1000;

  @Parameters(
      paramLabel = "CHECKPOINT",
      description =
          "Path or URI of a checkpoint, a run (its newest checkpoint that verifies), a promoted model"
              + " or a folder of promoted models (its champion).")
  private String checkpoint;

  @Option(
      names = "--models",
      required = true,
      paramLabel = "MODELS",
      description = "Path or URI of the folder of promoted models.")
  private String models;

  @Option(
      names = "--version",
      paramLabel = "NAME",
      description =
          "The model's name in that folder (default: run id and checkpoint, as in"
              + " sample-000012-0001).")
  private String version;

  @Option(
      names = "--note",
      defaultValue = "",
      paramLabel = "TEXT",
      description = "Why; kept with the promotion.")
  private String note;

  @Option(
      names = "--gated",
      description =
          "Only if the gate has said yes, against the champion of this moment; otherwise end with"
              + " code 6.")
  private boolean gated;

  @Mixin private LicenseOption license;

  @Mixin private MlflowOptions mlflow;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  /** Declared here, since the inherited option brings the program's {@code --version} along. */
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    if (version != null && !Models.isVersion(version)) {
      throw usage("--version: %s: must be %s".formatted(version, Models.allowedVersions()));
    }
    if (note.length() > LONGEST_NOTE || note.chars().anyMatch(Character::isISOControl)) {
      throw usage(
          String.format(
              Locale.ROOT, "--note: must be one line of at most %d characters", LONGEST_NOTE));
    }
    Promotion promotion = promote();
    Optional<MlflowPromotion.Registered> registered =
        mlflow.promotion().map(server -> server.register(promotion, spark.stores()));
    print(promotion, registered);
    registered.filter(told -> told.version().isEmpty()).ifPresent(told -> warn(told.text()));
    if (license.isGiven() && !promotion.hasCardAsAsked()) {
      warn(
          "--license: no card was written for %s; what it has stays as it is"
              .formatted(promotion.model().blobs().location()));
    }
    return ExitCode.DONE;
  }

  private void warn(String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("warning: " + message);
    err.flush();
  }

  private Promotion promote() {
    try {
      Stores stores = spark.stores();
      SavedModel model = SavedModel.open(stores, checkpoint);
      Promotion.Request request =
          new Promotion.Request(
              version == null ? model.version() : version,
              TrainedModel.BLOBS,
              user(),
              note,
              gated,
              license.card());
      return Promotion.of(model, new Models(stores.open(models)), request, Clock.systemUTC());
    } catch (IOException e) {
      throw StorageProblem.at(models, e);
    }
  }

  /** Who promotes: user and host. */
  static String user() {
    String process = ManagementFactory.getRuntimeMXBean().getName();
    return System.getProperty("user.name") + process.substring(process.indexOf('@'));
  }

  private void print(Promotion promotion, Optional<MlflowPromotion.Registered> registered) {
    Map<String, Object> json = json(promotion);
    Optional<String> version = registered.flatMap(MlflowPromotion.Registered::version);
    version.ifPresent(number -> json.put("mlflowVersion", number));
    format.print(
        json,
        out -> {
          out.println(text(promotion, checkpoint));
          version.ifPresent(number -> out.println(registered.get().text()));
        });
  }

  /** A promotion, as JSON has it. */
  static Map<String, Object> json(Promotion promotion) {
    Champion champion = promotion.champion();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("number", champion.number());
    json.put("version", champion.version());
    json.put("location", promotion.model().blobs().location());
    json.put("copied", promotion.isCopied());
    json.put("named", promotion.isNamed());
    json.put("metrics", champion.metrics());
    return json;
  }

  /** A promotion, as a line for people. */
  static String text(Promotion promotion, String source) {
    Champion champion = promotion.champion();
    return String.format(
        Locale.ROOT,
        "%s is the champion%s: promotion %d, top-1 %s%s",
        promotion.model().blobs().location(),
        promotion.isNamed() ? "" : " already",
        champion.number(),
        Formats.percent(champion.metrics().get(Metadata.TOP1)),
        promotion.isCopied() ? ", copied from " + source : "");
  }

  private CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
