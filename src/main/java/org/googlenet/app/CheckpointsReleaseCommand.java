package org.googlenet.app;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.googlenet.app.io.Formats;
import org.googlenet.app.option.DurationConverter;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.recipe.RecipeProblem;
import org.googlenet.run.Lease;
import org.googlenet.run.LeaseWait;
import org.googlenet.run.Release;
import org.googlenet.run.Term;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet checkpoints release}: frees a run that is held by a dead driver. */
@Command(
    name = "release",
    description =
        "Frees a run that a dead driver holds until a deadline that is far, as a wrong clock leaves"
            + " it. Shows who holds the run, watches whether the lease is renewed, and asks. Nothing"
            + " is lost: the next driver goes on from the newest checkpoint. A driver that is alive"
            + " after all ends with code 4 at its next look.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet checkpoints release runs/sample",
      "  googlenet checkpoints release s3a://bucket/runs/sample --yes --format json"
    })
final class CheckpointsReleaseCommand implements Callable<Integer> {

  /** A third of a recipe's default lease, and some more. */
  private static final Duration WITHOUT_RECIPE = Duration.ofSeconds(25);

  private static final Duration SLACK = Duration.ofSeconds(5);

  @Parameters(paramLabel = "RUN", description = "Path or URI of the run.")
  private String run;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--watch",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long to watch whether the driver renews its lease, as in 30s (default: a third of"
              + " the run's checkpoint.lease, after which a living driver does, and 5 s).")
  private Duration watch;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  @SuppressWarnings("SystemConsoleNull") // if it is not null without a terminal, it reads null
  public Integer call() {
    Console terminal = System.console();
    if (!yes && terminal == null) {
      throw noTerminal();
    }
    try {
      return release(spark.stores().open(run), terminal, Clock.systemUTC());
    } catch (IOException e) {
      throw StorageProblem.at(run, e);
    }
  }

  private int release(ObjectStore store, Console terminal, Clock clock) throws IOException {
    Optional<Term> holder = Release.holder(store, clock);
    if (holder.isEmpty()) {
      format.print(json(null, false), out -> out.println(run + ": is not held"));
      return ExitCode.DONE;
    }
    Duration time = watch == null ? renewals(store) : watch;
    show(holder.get(), clock, time);
    Release release = Release.watch(store, holder.get(), time, LeaseWait.Pause::asleep);
    show(release);
    if (!yes && !isYes(terminal.readLine("release %s? [y/N] ", run))) {
      format.print(json(release, false), out -> out.println(run + ": is held as before"));
      return ExitCode.DONE;
    }
    Term by = release.free(store, Lease.newOwner(), clock);
    format.print(
        json(release, true),
        out ->
            out.println(
                run
                    + ": released by term "
                    + by.number()
                    + "; the next driver goes on from the newest checkpoint"));
    return ExitCode.DONE;
  }

  private CommandLine.ParameterException noTerminal() {
    return new CommandLine.ParameterException(
        spec.commandLine(), "there is no terminal to ask on; give --yes to release " + run);
  }

  private boolean isYes(String answer) {
    if (answer == null) {
      throw noTerminal();
    }
    return answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }

  private void show(Term holder, Clock clock, Duration time) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(run + ": held by " + holder.owner() + " (term " + holder.number() + ")");
    err.println("  taken     " + Formats.instant(holder.started(), clock));
    err.println("  deadline  " + Formats.instant(holder.deadline(), clock));
    err.println("watching for " + Formats.duration(time) + " whether the lease is renewed ...");
    err.flush();
  }

  private void show(Release release) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        release
            .renewedTo()
            .map(to -> "  renewed   until " + Formats.time(to) + ": ITS DRIVER IS ALIVE")
            .orElse("  renewed   not while it was watched: its driver is dead or stands still"));
    err.flush();
  }

  /** The time within which a living driver renews its lease. */
  private static Duration renewals(ObjectStore store) throws IOException {
    try {
      return RunRecipe.read(store)
          .map(recipe -> recipe.checkpoint().lease().dividedBy(3).plus(SLACK))
          .orElse(WITHOUT_RECIPE);
    } catch (RecipeProblem e) {
      return WITHOUT_RECIPE;
    }
  }

  private Map<String, Object> json(Release release, boolean released) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("run", run);
    json.put("held", release != null);
    if (release != null) {
      json.put("owner", release.held().owner());
      json.put("term", release.held().number());
      json.put("started", Formats.time(release.held().started()));
      json.put("deadline", Formats.time(release.held().deadline()));
      json.put("watchedSeconds", release.watched().toMillis() / 1000.0);
      json.put("renewed", release.renewedTo().isPresent());
    }
    json.put("released", released);
    return json;
  }
}
