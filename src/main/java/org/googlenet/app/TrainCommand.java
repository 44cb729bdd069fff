package org.googlenet.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.app.io.DryRunReport;
import org.googlenet.app.io.Output;
import org.googlenet.app.io.TrainingConsole;
import org.googlenet.app.option.ExecutorWait;
import org.googlenet.app.option.LeaseWaitOption;
import org.googlenet.app.option.ListenerOption;
import org.googlenet.app.option.OutcomeFile;
import org.googlenet.app.option.OutputFormat;
import org.googlenet.app.option.RecipeOptions;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.app.process.SparkSessions;
import org.googlenet.app.process.StopHook;
import org.googlenet.averaging.QuorumPlugin;
import org.googlenet.common.ExitCode;
import org.googlenet.preflight.DryRun;
import org.googlenet.preflight.Preflight;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.Listeners;
import org.googlenet.storage.Stores;
import org.googlenet.training.ResumeCheck;
import org.googlenet.training.TrainingJob;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code googlenet train}: trains a recipe, or continues its run. */
@Command(
    name = "train",
    description = {
      "Trains a recipe, or goes on with it.",
      "The same command goes on where an interrupted training stopped, and says so when a training",
      "is finished."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet train conf/recipes/sample.yaml",
      "  googlenet train conf/recipes/sample.yaml --run wide --set averaging.workers=4",
      "  googlenet train conf/recipes/sample.yaml --run tuned --init-from models",
      "  googlenet train conf/recipes/sample.yaml --run tuned --init-from googlenet.pth --set start.replace=classifiers",
      "  googlenet train conf/recipes/sample.yaml --run monday --from-champion",
      "  googlenet train conf/recipes/sample.yaml --dry-run",
      "  googlenet train conf/recipes/sample.yaml --lease-wait 10m",
      "  googlenet train conf/recipes/sample.yaml --quiet --log-format json",
      "  googlenet train conf/recipes/imagenet.yaml --set output=s3a://bucket/runs"
    })
final class TrainCommand implements Callable<Integer> {

  @Mixin private RecipeOptions recipe;

  @Option(names = "--restart", description = "Move the old run aside, to ID.old-1, and begin anew.")
  private boolean restart;

  @Option(
      names = "--extend",
      description = {
        "Go on with another length although the learning rate depends on it,",
        "as in --extend --set training.epochs=5."
      })
  private boolean extend;

  @Option(
      names = "--init-from",
      paramLabel = "MODEL",
      description =
          "The model whose parameters a new run begins with, short for --set start.from=MODEL: a run, a"
              + " checkpoint, a promoted model, a folder of promoted models (its champion), a model.zip or a"
              + " file of weights as import reads them. A run that goes on does not read it again.")
  private String initFrom;

  @Option(
      names = "--from-champion",
      description =
          "Begin a new run with the parameters of the champion of the recipe's models, or as the recipe"
              + " says (start, else fresh ones) where there is none yet. A run that goes on does not look at it.")
  private boolean fromChampion;

  @Mixin private LeaseWaitOption leaseWait;

  @Option(
      names = "--dry-run",
      description = {
        "Do everything but train: look for what would stop it, and print the plan of rounds, the time",
        "by a few measured steps, memory, and the size of checkpoints."
      })
  private boolean dryRun;

  @Mixin private ExecutorWait executors;

  @Mixin private ListenerOption listeners;

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json",
      description = "text (default), or json: each event of the training as a line of JSON.")
  private OutputFormat format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    if (fromChampion && initFrom != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--from-champion, --init-from: give one of the two");
    }
    if (restart && extend) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--restart, --extend: give one of the two");
    }
    Stores stores = spark.stores();
    Recipe effective = recipe.load(stores);
    OutcomeFile outcome = OutcomeFile.of(spec);
    TrainingConsole console = Main.of(spec).console(format == OutputFormat.JSON, outcome::found);
    try (Listeners all = listeners.with(console)) {
      Duration waitLeft = dryRun ? Duration.ZERO : leaseWait.await(effective, stores, all);
      return train(effective, stores, all, waitLeft);
    }
  }

  private int train(Recipe effective, Stores stores, Listeners all, Duration waitLeft) {
    try (JavaSparkContext context = executors.watched(open("train", spark.conf(), effective))) {
      Preflight.Report report = Preflight.of(context, effective, stores, executors.duration());
      Preflight.Start start = report.require();
      TrainingJob.Options options = options().waiting(waitLeft);
      if (dryRun) {
        int done = ResumeCheck.roundsDone(start.setup(), stores, options);
        print(report, start, done, DryRun.of(context, start));
        return ExitCode.DONE;
      }
      TrainingJob job = new TrainingJob(context, start.setup(), stores, options, all);
      return StopHook.during(job::run, job::stop).exitCode();
    }
  }

  private TrainingJob.Options options() {
    TrainingJob.Options options =
        TrainingJob.Options.NONE
            .restarting(restart)
            .extending(extend)
            .beginningWithChampion(fromChampion);
    return initFrom == null ? options : options.beginningWith(initFrom);
  }

  /** Opens Spark for the training of a recipe. */
  static JavaSparkContext open(String command, SparkConf conf, Recipe recipe) {
    if (recipe.averaging().quorum() < 1) {
      conf.set("spark.plugins", QuorumPlugin.among(conf.get("spark.plugins", "")));
    }
    return SparkSessions.open(command, conf, recipe.averaging().workers());
  }

  private void print(Preflight.Report report, Preflight.Start start, int done, DryRun dry) {
    Map<String, Object> json = DryRunReport.json(report, start, done, dry);
    OutcomeFile.of(spec).found(json);
    PrintWriter out = spec.commandLine().getOut();
    if (format == OutputFormat.JSON) {
      out.println(Output.json(json));
    } else {
      DryRunReport.print(out, report, start, done, dry);
    }
    out.flush();
  }
}
