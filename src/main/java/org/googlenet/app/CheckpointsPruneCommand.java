package org.googlenet.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.googlenet.app.option.Checks;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.recipe.Recipe;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Lease;
import org.googlenet.run.Pruning;
import org.googlenet.run.Retention;
import org.googlenet.run.RunFiles;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet checkpoints prune}: deletes checkpoints that need not be kept. */
@Command(
    name = "prune",
    description =
        "Deletes the checkpoints of a run that no rule keeps, and what was left behind. The newest"
            + " that verifies always stays. A run that a driver holds is refused with code 4.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet checkpoints prune runs/sample --dry-run",
      "  googlenet checkpoints prune runs/sample --keep-last 1 --keep-best 1"
    })
final class CheckpointsPruneCommand implements Callable<Integer> {

  @Parameters(paramLabel = "RUN", description = "Path or URI of the run.")
  private String run;

  @Option(
      names = "--keep-last",
      paramLabel = "N",
      description = "Keep the newest N, at least 1 (default: checkpoint.keepLast of the run).")
  private Integer keepLast;

  @Option(
      names = "--keep-best",
      paramLabel = "N",
      description = "Keep the N of the highest top-1 (default: checkpoint.keepBest of the run).")
  private Integer keepBest;

  @Option(
      names = "--keep-every",
      paramLabel = "N",
      description =
          "Keep those whose round is a multiple of N; 0 for none (default: checkpoint.keepEvery of"
              + " the run).")
  private Integer keepEvery;

  @Option(names = "--dry-run", description = "Say what would be deleted, and delete nothing.")
  private boolean dryRun;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Checks.atLeast(spec, "--keep-last", keepLast, 1);
    Checks.atLeast(spec, "--keep-best", keepBest, 0);
    Checks.atLeast(spec, "--keep-every", keepEvery, 0);
    print(prune());
    return ExitCode.DONE;
  }

  private Pruning prune() {
    try {
      ObjectStore store = spark.stores().open(run);
      Recipe recipe = RunRecipe.read(store).orElseThrow(() -> noRecipe(store));
      Retention retention = retention(recipe.retention());
      Clock clock = Clock.systemUTC();
      return dryRun
          ? Pruning.plan(store, retention, clock)
          : Pruning.of(store, retention, Lease.newOwner(), recipe.checkpoint().lease(), clock);
    } catch (IOException e) {
      throw StorageProblem.at(run, e);
    }
  }

  private static CheckpointProblem noRecipe(ObjectStore store) {
    return new CheckpointProblem(
        "%s/%s: is not there, so this is no run; check the path, or restore the file"
            .formatted(store.location(), RunFiles.RECIPE));
  }

  private Retention retention(Retention ofRecipe) {
    return new Retention(
        keepLast == null ? ofRecipe.keepLast() : keepLast,
        keepBest == null ? ofRecipe.keepBest() : keepBest,
        keepEvery == null ? ofRecipe.keepEvery() : keepEvery,
        ofRecipe.rewindEvery());
  }

  private void print(Pruning pruning) {
    PrintWriter err = spec.commandLine().getErr();
    pruning.warnings().forEach(warning -> err.println("warning: " + warning));
    err.flush();
    format.print(json(run, dryRun, pruning), out -> print(out, run, dryRun, pruning));
  }

  /** The result of pruning, as JSON has it. */
  static Map<String, Object> json(String run, boolean dryRun, Pruning pruning) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("run", run);
    json.put("dryRun", dryRun);
    json.put("deleted", texts(pruning.deleted()));
    json.put("kept", texts(List.copyOf(pruning.kept())));
    return json;
  }

  /** Prints the result of pruning for people. */
  static void print(PrintWriter out, String run, boolean dryRun, Pruning pruning) {
    String verb = dryRun ? "would delete" : "deleted";
    pruning.deleted().forEach(id -> out.printf("%s %s%n", verb, id));
    out.printf(
        Locale.ROOT,
        "%s: %s %d, kept %d: %s%n",
        run,
        verb,
        pruning.deleted().size(),
        pruning.kept().size(),
        String.join(", ", texts(List.copyOf(pruning.kept()))));
  }

  private static List<String> texts(List<CheckpointId> ids) {
    return ids.stream().map(CheckpointId::toString).toList();
  }
}
