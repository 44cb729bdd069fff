package org.googlenet.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.googlenet.app.io.Formats;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeProblem;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.Inventory;
import org.googlenet.run.Manifest;
import org.googlenet.run.Metadata;
import org.googlenet.run.RunFiles;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet checkpoints list}: the checkpoints of a run, one line per checkpoint. */
@Command(
    name = "list",
    description =
        "Lists the checkpoints of a run: round, term, time, accuracy, size, and the rules of its"
            + " recipe that keep it (last, best, every, rewind). No blob is read.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet checkpoints list runs/sample",
      "  googlenet checkpoints list runs/sample --all",
      "  googlenet checkpoints list s3a://bucket/runs/sample --format json"
    })
final class CheckpointsListCommand implements Callable<Integer> {

  private static final String ROW = "%-12s  %7s  %4s  %-20s  %7s  %12s  %s%n";

  @Parameters(paramLabel = "RUN", description = "Path or URI of the run.")
  private String run;

  @Option(
      names = "--all",
      description =
          "Also those that the run does not go on from (left behind by a rewind or an older driver,"
              + " damaged, not whole), each with the reason.")
  private boolean all;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /**
   * One checkpoint, as JSON has it; {@code outside} says why it is not part of the run's history.
   */
  record Row(
      String checkpoint,
      int round,
      int term,
      String created,
      Double top1,
      long bytes,
      List<String> keptBy,
      boolean newest,
      String outside) {}

  @Override
  public Integer call() {
    try {
      ObjectStore store = spark.stores().open(run);
      Inventory inventory = Inventory.of(store);
      inventory.history().gaps().forEach(this::warn);
      inventory.history().warnings().forEach(this::warn);
      Map<CheckpointId, List<String>> reasons = reasons(store, inventory);
      Optional<CheckpointId> newest = inventory.history().newest().map(Manifest::id);
      List<Row> rows =
          inventory.items().stream()
              .filter(item -> all || item.outside().isEmpty())
              .map(item -> row(item, reasons, newest))
              .toList();
      print(rows, newest, inventory.items().size() - rows.size());
      return ExitCode.DONE;
    } catch (IOException e) {
      throw StorageProblem.at(run, e);
    }
  }

  /** Why each checkpoint is kept; empty if the run's recipe cannot be read. */
  private Map<CheckpointId, List<String>> reasons(ObjectStore store, Inventory inventory)
      throws IOException {
    try {
      Optional<Recipe> recipe = RunRecipe.read(store);
      return recipe.isEmpty()
          ? Map.of()
          : recipe.get().retention().reasons(inventory.history().checkpoints());
    } catch (RecipeProblem e) {
      warn(
          "%s/%s: this version cannot read it, so what keeps a checkpoint is not known"
              .formatted(store.location(), RunFiles.RECIPE));
      return Map.of();
    }
  }

  private static Row row(
      Inventory.Item item, Map<CheckpointId, List<String>> reasons, Optional<CheckpointId> newest) {
    CheckpointId id = item.id();
    return new Row(
        id.toString(),
        id.round(),
        id.term(),
        item.manifest().map(m -> Formats.time(m.created())).orElse(null),
        item.manifest().map(m -> m.metadata().metrics().get(Metadata.TOP1)).orElse(null),
        item.bytes(),
        reasons.getOrDefault(id, List.of()),
        newest.filter(id::equals).isPresent(),
        item.outside().orElse(null));
  }

  private void print(List<Row> rows, Optional<CheckpointId> newest, int hidden) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("run", run);
    json.put("newest", newest.map(CheckpointId::toString).orElse(null));
    json.put("checkpoints", rows);
    format.print(json, out -> printTable(out, rows, hidden));
  }

  private static void printTable(PrintWriter out, List<Row> rows, int hidden) {
    out.printf(ROW, "checkpoint", "round", "term", "created", "top-1", "size", "kept by");
    rows.forEach(row -> printRow(out, row));
    if (hidden > 0) {
      out.printf(
          Locale.ROOT, "%d more that the run does not go on from (--all shows them)%n", hidden);
    }
  }

  private static void printRow(PrintWriter out, Row row) {
    String keptBy = row.keptBy().isEmpty() ? "-" : String.join(", ", row.keptBy());
    out.printf(
        ROW,
        row.checkpoint(),
        row.round(),
        row.term(),
        row.created() == null ? "-" : row.created(),
        Formats.percent(row.top1()),
        Formats.megabytes(row.bytes()),
        row.outside() != null ? row.outside() : keptBy + (row.newest() ? " (newest)" : ""));
  }

  private void warn(String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("warning: " + message);
    err.flush();
  }
}
