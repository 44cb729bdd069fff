package org.googlenet.app;

import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.app.io.Files;
import org.googlenet.app.io.ProfileTable;
import org.googlenet.app.option.Checks;
import org.googlenet.app.option.EngineOptions;
import org.googlenet.app.option.ExecutorWait;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.RecipeOptions;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.app.process.SparkSessions;
import org.googlenet.common.ExitCode;
import org.googlenet.engine.EngineChoice;
import org.googlenet.profile.ChromeTrace;
import org.googlenet.profile.Profile;
import org.googlenet.profile.ProfileJob;
import org.googlenet.profile.RoundTrace;
import org.googlenet.recipe.Recipe;
import org.googlenet.spark.EngineTask;
import org.googlenet.storage.Stores;
import org.googlenet.training.TrainingSetup;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code googlenet profile}: says where the time of a training goes. */
@Command(
    name = "profile",
    description = {
      "Says where the time of a recipe's training goes.",
      "Makes steps on batches of the recipe's data, one worker alone, and prints by kind of operation"
          + " and by layer how long they take, forward and backward, and beside convolutions how long"
          + " they take by themselves. The same for a forward pass. With --trace it also runs two"
          + " rounds of the recipe's workers and writes what each thread did in the second. Nothing"
          + " is written into a run."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet profile conf/recipes/sample.yaml",
      "  googlenet profile conf/recipes/sample.yaml --set training.precision=bf16 --all-layers",
      "  googlenet profile conf/recipes/sample.yaml --set averaging.workers=1 --trace trace.json",
      "  googlenet profile conf/recipes/imagenet.yaml --steps 21 --format json"
    })
final class ProfileCommand implements Callable<Integer> {

  @Mixin private RecipeOptions recipe;

  @Option(
      names = "--steps",
      defaultValue = "9",
      paramLabel = "N",
      description =
          "Steps that are measured of each kind; the faster half counts (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "Also run two rounds and write the second as a Chrome trace: what driver, workers and"
              + " decoding threads did. Needs the embedded Spark; averaging.localSteps says how long a"
              + " round is.")
  private String trace;

  @Option(
      names = "--all-layers",
      description = "Show layers of less than 1%% of the whole one by one, too.")
  private boolean allLayers;

  @Mixin private ExecutorWait executors;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Checks.atLeastOne(spec, "--steps", steps);
    Stores stores = spark.stores();
    Recipe effective = recipe.load(stores);
    Profile profile;
    try (JavaSparkContext context =
        SparkSessions.open("profile", spark.conf(), effective.averaging().workers())) {
      executors.await(context);
      profile = profile(context, effective, stores);
    }
    format.print(profile, out -> ProfileTable.print(out, profile, allLayers));
    return ExitCode.DONE;
  }

  private Profile profile(JavaSparkContext context, Recipe effective, Stores stores) {
    TrainingSetup setup = TrainingSetup.open(context, effective, stores);
    EngineChoice engine = EngineTask.choose(context, setup.wanted());
    EngineOptions.warn(engine, spec.commandLine().getErr());
    ProfileJob job = new ProfileJob(context, setup, engine);
    if (trace == null) {
      return job.steps(steps);
    }
    RoundTrace round = job.trace();
    Files.overwrite(stores, trace, ChromeTrace.of(round));
    return job.steps(steps)
        .with(
            new Profile.Traced(
                trace, round.number(), round.seconds(), round.workers(), round.spans().size()));
  }
}
