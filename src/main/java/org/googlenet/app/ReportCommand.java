package org.googlenet.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.googlenet.app.io.Files;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeProblem;
import org.googlenet.report.page.Ending;
import org.googlenet.report.page.Page;
import org.googlenet.report.page.Pictures;
import org.googlenet.report.page.RunReader;
import org.googlenet.report.page.Shown;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Outcome;
import org.googlenet.run.RunEvents;
import org.googlenet.run.RunFiles;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import org.googlenet.training.ReportPages;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet report}: the report of stored runs as one HTML file. */
@Command(
    name = "report",
    description = {
      "Makes one HTML file of what runs have stored: whether they learn, whether they are healthy, where"
          + " their time goes, what they get wrong, what is in the data, and what exactly ran.",
      "Several runs are shown side by side. The file needs nothing else and asks the network for"
          + " nothing. Pictures come from the data sets that the run's recipe names; where they cannot be"
          + " read, the report says so."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet report runs/sample --output report.html",
      "  googlenet report runs/sample runs/wide --output both.html",
      "  googlenet report s3a://bucket/runs/monday --output s3a://bucket/reports/monday.html",
      "  googlenet report runs/sample --no-pictures --output - > report.html"
    })
final class ReportCommand implements Callable<Integer> {

  private static final String STDOUT = "-";

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Paths or URIs of runs.")
  private List<String> runs;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Path or URI of the report; an old one is replaced. '-' is standard output.")
  private String output;

  @Option(
      names = "--no-pictures",
      description = "Do not look at the data sets, which may be far away.")
  private boolean noPictures;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Stores stores = spark.stores();
    byte[] page = Page.of(runs.stream().map(run -> shown(stores, run)).toList(), Instant.now());
    PrintWriter out = spec.commandLine().getOut();
    if (output.equals(STDOUT)) {
      out.print(new String(page, StandardCharsets.US_ASCII));
    } else {
      Files.overwrite(stores, output, page);
      out.printf(Locale.ROOT, "%s: %,.0f KB%n", output, page.length / 1e3);
    }
    out.flush();
    return ExitCode.DONE;
  }

  private Shown shown(Stores stores, String run) {
    try {
      ObjectStore store = stores.open(run);
      List<String> lines = RunEvents.lines(store);
      Optional<Outcome> outcome = Outcome.read(store);
      if (lines.isEmpty()) {
        throw nothing(run, outcome, RunsFound.names(store));
      }
      RunReader reader = new RunReader(store.location()).addLines(lines);
      reader.endedAs(outcome.map(Ending::of).orElse(Ending.UNKNOWN));
      Optional<Recipe> recipe = recipe(store);
      return new Shown(
          reader.data(),
          recipe
              .filter(known -> !noPictures)
              .map(known -> ReportPages.pictures(known, stores))
              .orElse(Pictures.NONE),
          recipe.flatMap(known -> ReportPages.champion(known, stores)));
    } catch (IOException e) {
      throw StorageProblem.at(run, e);
    }
  }

  private static CheckpointProblem nothing(
      String run, Optional<Outcome> outcome, List<String> below) {
    if (outcome.isEmpty() && !below.isEmpty()) {
      return new CheckpointProblem(
          "%s: is no run but a folder of runs; name those to show, such as %s/%s"
              .formatted(run, run.replaceFirst("/+$", ""), below.get(0)));
    }
    return new CheckpointProblem(
        outcome
            .map(
                known ->
                    "%s: has no events yet, which come with the first checkpoint; its outcome is: %s; wait for one, or train it on"
                        .formatted(run, known.reason()))
            .orElse(
                "%s: there is no run here; 'googlenet runs FOLDER' lists those below a folder, 'googlenet train' trains one"
                    .formatted(run)));
  }

  /** The run's recipe; empty if this version cannot read it. */
  private Optional<Recipe> recipe(ObjectStore run) throws IOException {
    try {
      return RunRecipe.read(run);
    } catch (RecipeProblem e) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(
          "warning: %s/%s: this version cannot read it, so there are no pictures%n",
          run.location(), RunFiles.RECIPE);
      err.flush();
      return Optional.empty();
    }
  }
}
