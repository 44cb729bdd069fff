package org.googlenet.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.app.option.Descriptions;
import org.googlenet.app.option.EngineOptions;
import org.googlenet.app.option.ExecutorWait;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.GateOptions;
import org.googlenet.app.option.QuarantineOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.app.process.SparkSessions;
import org.googlenet.common.ExitCode;
import org.googlenet.data.Dataset;
import org.googlenet.evaluation.Gate;
import org.googlenet.evaluation.GateJob;
import org.googlenet.registry.GateRecord;
import org.googlenet.registry.Models;
import org.googlenet.registry.SavedModel;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet gate}: decides whether a model may take the champion's place. */
@Command(
    name = "gate",
    description = {
      "Decides whether a challenger is better than the champion, on the same records.",
      "Yes (exit code 0) if its top-1 is higher by the margin and McNemar's test says that this is"
          + " not chance, no (6) otherwise. Without a champion the challenger is held to"
          + " --minimum-top1. A challenger that is the champion already passes. The decision and its"
          + " numbers are kept beside the models, for the promotion."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet gate runs/sample --models models --data data/sample/validation \\",
      "      --minimum-top1 60",
      "  googlenet gate runs/sample/checkpoints/000012-0001 --models models \\",
      "      --data data/sample/validation --margin 0.5 --significance 0.01",
      "  googlenet gate s3a://b/runs/new --models s3a://b/models --data s3a://b/val --format json"
    })
final class GateCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "CHALLENGER",
      description =
          "Path or URI of a run (its newest checkpoint that verifies), a checkpoint or a promoted"
              + " model.")
  private String challenger;

  @Option(
      names = "--models",
      required = true,
      paramLabel = "MODELS",
      description = "Path or URI of the folder of promoted models, with the champion.")
  private String models;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATASET",
      description = Descriptions.EVALUATED)
  private String data;

  @Mixin private GateOptions gate;

  @Mixin private QuarantineOption quarantine;

  @Mixin private FormatOption format;

  @Mixin private EngineOptions engine;

  @Mixin private ExecutorWait executors;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    try {
      GateJob.Verdict verdict = decide();
      GateRecord record = verdict.record();
      format.print(record, out -> GateOptions.print(out, record));
      verdict.requireYes();
      return ExitCode.DONE;
    } catch (IOException e) {
      throw StorageProblem.at(models, e);
    }
  }

  private GateJob.Verdict decide() throws IOException {
    Stores stores = spark.stores();
    int batch = engine.batch();
    Models folder = new Models(stores.open(models));
    Gate rule = gate.gate(folder);
    SavedModel model = SavedModel.open(stores, challenger);
    Dataset dataset = Dataset.open(stores, data);
    PrintWriter err = spec.commandLine().getErr();
    int cores = Runtime.getRuntime().availableProcessors();
    try (JavaSparkContext context = SparkSessions.open("gate", spark.conf(), cores)) {
      executors.await(context);
      return new GateJob(
              context,
              folder,
              dataset,
              quarantine.limit(),
              rule,
              (trained, threads) -> engine.wanted(trained, batch, threads),
              choice -> EngineOptions.warn(choice, err))
          .run(model);
    }
  }
}
