package org.googlenet.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.app.option.EngineOptions;
import org.googlenet.app.option.ExecutorWait;
import org.googlenet.app.option.GateOptions;
import org.googlenet.app.option.LeaseWaitOption;
import org.googlenet.app.option.OutputFormat;
import org.googlenet.app.option.RecipeOptions;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.app.print.Output;
import org.googlenet.app.print.Shown;
import org.googlenet.app.print.TrainingConsole;
import org.googlenet.data.Dataset;
import org.googlenet.engine.EngineSpec;
import org.googlenet.evaluation.Evaluation;
import org.googlenet.evaluation.Gate;
import org.googlenet.evaluation.GateJob;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.preflight.Preflight;
import org.googlenet.prepare.ValidateJob;
import org.googlenet.recipe.Recipe;
import org.googlenet.registry.GateRecord;
import org.googlenet.registry.Models;
import org.googlenet.registry.Promotion;
import org.googlenet.registry.SavedModel;
import org.googlenet.run.Lease;
import org.googlenet.run.Pruning;
import org.googlenet.run.Retention;
import org.googlenet.run.RunHistory;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import org.googlenet.training.TrainingJob;
import org.googlenet.training.TrainingSetup;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code googlenet retrain}: from data to champion by one command, which may be given again. */
@Command(
    name = "retrain",
    description = {
      "Validates the data, trains, evaluates, and promotes the model if it is better.",
      "Prunes the run at the end. Ends with the exit code of the step that ended it: 0 if the run's"
          + " model is the champion now, or was already; 6 if the gate said no. The same command goes"
          + " on where an earlier one stopped: data is validated until the run has a checkpoint, a"
          + " finished training is not repeated, a champion is not promoted again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet retrain conf/recipes/sample.yaml --run first --minimum-top1 60",
      "  googlenet retrain conf/recipes/sample.yaml --run monday --start champion --margin 0.5 \\",
      "      --lease-wait 10m --outcome s3a://bucket/outcomes/monday.json",
      "  googlenet retrain conf/recipes/imagenet.yaml --run w48 --set data.train=s3a://b/w48 \\",
      "      --format json"
    })
final class RetrainCommand implements Callable<Integer> {

  /** What a new run begins with. */
  private enum Start {
    FRESH,
    CHAMPION
  }

  @Mixin private RecipeOptions recipe;

  @Option(
      names = "--start",
      defaultValue = "fresh",
      paramLabel = "fresh|champion",
      description =
          "What a new run begins with: fresh parameters (default) or the champion's, where there is"
              + " one.")
  private Start start;

  @Mixin private LeaseWaitOption leaseWait;

  @Mixin private GateOptions gate;

  @Mixin private ExecutorWait executors;

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json",
      description =
          "text (default), or json: each event of the training as a line of JSON, and at the end one"
              + " with what each step came to.")
  private OutputFormat format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** What each step came to, by its name. */
  private final Map<String, Object> steps = new LinkedHashMap<>();

  @Override
  public Integer call() {
    if (!recipe.namesRun()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--run=ID: must be given; the same one goes on with a retraining");
    }
    Stores stores = spark.stores();
    Recipe effective = recipe.load(stores);
    String place = effective.location();
    try {
      Gate rule = gate.gate(new Models(stores.open(effective.models())));
      Duration waitLeft = await(effective, stores);
      try (JavaSparkContext context =
          executors.watched(TrainCommand.open("retrain", spark.conf(), effective))) {
        return new Chain(context, stores, effective, rule, stores.open(place)).run(waitLeft);
      }
    } catch (IOException e) {
      throw StorageProblem.at(place, e);
    } finally {
      if (format == OutputFormat.JSON && !steps.isEmpty()) {
        say(out -> out.println(Output.json(steps)));
      }
    }
  }

  private Duration await(Recipe effective, Stores stores) {
    try (TrainingConsole console = console()) {
      return leaseWait.await(effective, stores, console);
    }
  }

  private TrainingConsole console() {
    return new TrainingConsole(
        format == OutputFormat.JSON, event -> step("training", event, out -> {}));
  }

  /** The steps; one that fails throws. */
  private final class Chain {

    private final JavaSparkContext context;
    private final Stores stores;
    private final Recipe recipe;
    private final Gate gate;
    private final ObjectStore run;
    private final Models models;

    Chain(JavaSparkContext context, Stores stores, Recipe recipe, Gate gate, ObjectStore run) {
      this.context = context;
      this.stores = stores;
      this.recipe = recipe;
      this.gate = gate;
      this.run = run;
      this.models = new Models(stores.open(recipe.models()));
    }

    int run(Duration waitLeft) throws IOException {
      TrainingSetup setup =
          Preflight.of(context, recipe, stores, executors.duration()).require().setup();
      if (RunHistory.read(run).newest().isEmpty()) {
        validate();
      }
      TrainingJob.End end = train(setup, waitLeft);
      if (end == TrainingJob.End.INTERRUPTED) {
        return end.exitCode();
      }
      SavedModel challenger = SavedModel.open(stores, run.location());
      if (decide(challenger, setup.validation()).decision().equals(GateRecord.YES)) {
        promote(challenger);
      }
      prune();
      return ExitCode.DONE;
    }

    private void validate() {
      List<String> sets = List.of(recipe.data().train(), recipe.data().validation());
      ValidateJob.Report report =
          new ValidateJob(context, stores).run(sets, Optional.of(recipe.model().classes()));
      step("validation", ValidateCommand.json(report), out -> ValidateCommand.print(out, report));
      report.requireNoErrors();
    }

    private TrainingJob.End train(TrainingSetup setup, Duration waitLeft) {
      TrainingJob.Options options =
          TrainingJob.Options.NONE.beginningWithChampion(start == Start.CHAMPION).waiting(waitLeft);
      try (TrainingConsole console = console()) {
        return console.run(new TrainingJob(context, setup, stores, options, console));
      }
    }

    private GateRecord decide(SavedModel challenger, Dataset validation) throws IOException {
      PrintWriter err = spec.commandLine().getErr();
      GateJob.Verdict verdict =
          new GateJob(
                  context,
                  models,
                  validation,
                  gate,
                  this::wanted,
                  choice -> EngineOptions.warn(choice, err))
              .run(challenger);
      Evaluation evaluation = verdict.evaluation();
      if (evaluation != null) {
        step("evaluation", evaluation, out -> out.println(text(evaluation)));
      }
      step("gate", verdict.record(), out -> GateOptions.print(out, verdict.record()));
      verdict.requireYes();
      return verdict.record();
    }

    /** As for the training's own evaluations. */
    private EngineSpec wanted(TrainedModel model, int threads) {
      return new EngineSpec(
          model.configuration(),
          recipe.training().batch(),
          recipe.averaging().threadsFor(threads),
          recipe.training().engine(),
          recipe.training().precision(),
          recipe.training().convolution());
    }

    private void promote(SavedModel challenger) throws IOException {
      Promotion.Request request =
          new Promotion.Request(
              challenger.version(), TrainedModel.BLOBS, PromoteCommand.user(), "retrain", true);
      Promotion promotion = Promotion.of(challenger, models, request, Clock.systemUTC());
      String source = challenger.blobs().location();
      step(
          "promotion",
          PromoteCommand.json(promotion),
          out -> out.println(PromoteCommand.text(promotion, source)));
    }

    /**
     * Takes the run only if there is something to delete, so that a second time changes nothing.
     */
    private void prune() throws IOException {
      Retention retention = recipe.retention();
      Clock clock = Clock.systemUTC();
      Pruning plan = Pruning.plan(run, retention, clock);
      Pruning pruning =
          plan.deleted().isEmpty()
              ? plan
              : Pruning.of(run, retention, Lease.newOwner(), recipe.checkpoint().lease(), clock);
      step(
          "pruning",
          CheckpointsPruneCommand.json(run.location(), false, pruning),
          out -> CheckpointsPruneCommand.print(out, run.location(), false, pruning));
    }
  }

  private static String text(Evaluation evaluation) {
    return String.format(
        Locale.ROOT,
        "evaluation: top-1 %s, top-5 %s of %,d examples",
        Shown.percent(evaluation.top1()),
        Shown.percent(evaluation.top5()),
        evaluation.examples());
  }

  /** Keeps what a step came to, also for {@code --outcome}, and tells it to people. */
  private void step(String name, Object json, Consumer<PrintWriter> text) {
    steps.put(name, json);
    Main.of(spec).outcome().found(new LinkedHashMap<>(steps));
    if (format == OutputFormat.TEXT) {
      say(text);
    }
  }

  private void say(Consumer<PrintWriter> text) {
    PrintWriter out = spec.commandLine().getOut();
    text.accept(out);
    out.flush();
  }
}
