package org.googlenet.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.app.io.Formats;
import org.googlenet.app.io.Output;
import org.googlenet.app.io.TrainingConsole;
import org.googlenet.app.option.EngineOptions;
import org.googlenet.app.option.ExecutorWait;
import org.googlenet.app.option.GateOptions;
import org.googlenet.app.option.LeaseWaitOption;
import org.googlenet.app.option.LicenseOption;
import org.googlenet.app.option.ListenerOption;
import org.googlenet.app.option.OutcomeFile;
import org.googlenet.app.option.OutputFormat;
import org.googlenet.app.option.RecipeOptions;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.app.process.StopHook;
import org.googlenet.evaluation.Evaluation;
import org.googlenet.evaluation.Gate;
import org.googlenet.recipe.Recipe;
import org.googlenet.registry.Models;
import org.googlenet.report.Listeners;
import org.googlenet.retrain.MlflowPromotion;
import org.googlenet.retrain.Retraining;
import org.googlenet.retrain.RetrainingEvent;
import org.googlenet.retrain.RetrainingEvent.EngineChosen;
import org.googlenet.retrain.RetrainingEvent.Evaluated;
import org.googlenet.retrain.RetrainingEvent.Gated;
import org.googlenet.retrain.RetrainingEvent.Promoted;
import org.googlenet.retrain.RetrainingEvent.Pruned;
import org.googlenet.retrain.RetrainingEvent.Registered;
import org.googlenet.retrain.RetrainingEvent.Validated;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code googlenet retrain}: goes from data to champion in one command, which can be repeated. */
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
      "      --format json",
      "  googlenet retrain conf/recipes/sample.yaml --run monday --quiet --log-format json"
    })
final class RetrainCommand implements Callable<Integer> {

  /** What a new run starts from. */
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
          "What a new run begins with: what the recipe says (default: start, else fresh parameters),"
              + " or the champion's parameters, where there is one.")
  private Start start;

  @Mixin private LeaseWaitOption leaseWait;

  @Mixin private GateOptions gate;

  @Mixin private LicenseOption license;

  @Mixin private ExecutorWait executors;

  @Mixin private ListenerOption listeners;

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

  /** The result of each step, by the step's name. */
  private final Map<String, Object> steps = new LinkedHashMap<>();

  @Override
  public Integer call() {
    if (!recipe.namesRun()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--run=ID: must be given; the same one goes on with a retraining");
    }
    Stores stores = spark.stores();
    Recipe effective = recipe.load(stores);
    try (Listeners all = listeners.with(console())) {
      Gate rule = gate.gate(new Models(stores.open(effective.models())));
      Duration waitLeft = leaseWait.await(effective, stores, all);
      try (JavaSparkContext context =
          executors.watched(TrainCommand.open("retrain", spark.conf(), effective))) {
        Retraining.Request request =
            new Retraining.Request(
                effective,
                rule,
                start == Start.CHAMPION,
                executors.duration(),
                waitLeft,
                PromoteCommand.user(),
                license.card());
        Retraining retraining = new Retraining(context, stores, request, all, this::tell);
        return StopHook.during(retraining::run, retraining::stop).exitCode();
      }
    } catch (IOException e) {
      throw StorageProblem.at(effective.location(), e);
    } finally {
      if (format == OutputFormat.JSON && !steps.isEmpty()) {
        say(out -> out.println(Output.json(steps)));
      }
    }
  }

  private TrainingConsole console() {
    return Main.of(spec)
        .console(format == OutputFormat.JSON, event -> step("training", event, out -> {}));
  }

  private void tell(RetrainingEvent event) {
    if (event instanceof Validated e) {
      step(
          "validation",
          ValidateCommand.json(e.report()),
          unlessQuiet(out -> ValidateCommand.print(out, e.report())));
    } else if (event instanceof EngineChosen e) {
      EngineOptions.warn(e.engine(), spec.commandLine().getErr());
    } else if (event instanceof Evaluated e) {
      step("evaluation", e.evaluation(), unlessQuiet(out -> out.println(text(e.evaluation()))));
    } else if (event instanceof Gated e) {
      step("gate", e.record(), out -> GateOptions.print(out, e.record()));
    } else if (event instanceof Promoted e) {
      step(
          "promotion",
          PromoteCommand.json(e.promotion()),
          out -> out.println(PromoteCommand.text(e.promotion(), e.source())));
    } else if (event instanceof Registered e) {
      register(e.registered());
    } else if (event instanceof Pruned e) {
      step(
          "pruning",
          CheckpointsPruneCommand.json(e.run(), false, e.pruning()),
          unlessQuiet(out -> CheckpointsPruneCommand.print(out, e.run(), false, e.pruning())));
    } else {
      throw new IllegalArgumentException("a step that is not told: " + event);
    }
  }

  private void register(MlflowPromotion.Registered registered) {
    if (registered.version().isPresent()) {
      step(
          "mlflow",
          Map.of("version", registered.version().get()),
          out -> out.println(registered.text()));
    } else {
      PrintWriter err = spec.commandLine().getErr();
      err.println("warning: " + registered.text());
      err.flush();
    }
  }

  /** What --quiet leaves out; what the gate and the promotion came to is always printed. */
  private Consumer<PrintWriter> unlessQuiet(Consumer<PrintWriter> text) {
    return Main.of(spec).display().quiet() ? out -> {} : text;
  }

  private static String text(Evaluation evaluation) {
    return String.format(
        Locale.ROOT,
        "evaluation: top-1 %s, top-5 %s of %,d examples%s",
        Formats.percent(evaluation.top1()),
        Formats.percent(evaluation.top5()),
        evaluation.examples(),
        Formats.notCounted(evaluation.unread(), evaluation.examples() + evaluation.unread()));
  }

  /** Keeps the result of a step, also for {@code --outcome}, and prints it for people. */
  private void step(String name, Object json, Consumer<PrintWriter> text) {
    steps.put(name, json);
    OutcomeFile.of(spec).found(new LinkedHashMap<>(steps));
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
