package org.googlenet.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.googlenet.app.io.Formats;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet runs}: a table of all runs below a folder, or what two of them differ in. */
@Command(
    name = "runs",
    description = {
      "Lists all runs below a folder, the one that was heard of last first: its state, the rounds that"
          + " are saved, the top-1 accuracy of the last evaluation and the best of its checkpoints.",
      "States: running (and by whom), finished, interrupted, failed (with the exit code and what the"
          + " driver said), lost (its driver ended without a word; the same command goes on), damaged,"
          + " none (no run). No blob is read and no Spark is started.",
      "With --diff: the keys of two runs' recipes that differ, those that decide the result first,"
          + " then their data sets and versions."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet runs runs",
      "  googlenet runs s3a://bucket/runs --format json",
      "  googlenet runs runs --diff monday tuesday",
      "  googlenet runs --diff runs/monday s3a://bucket/runs/tuesday"
    })
final class RunsCommand implements Callable<Integer> {

  /** What a reason may take of a line; JSON has all of it. */
  private static final int LONGEST_NOTE = 100;

  private static final String MORE = "...";

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "Path or URI of a folder with runs below it.")
  private String folder;

  @Option(
      names = "--diff",
      arity = "2",
      paramLabel = "RUN",
      description =
          "Compares two runs, which are named as the table of FOLDER has them, or without FOLDER by"
              + " their paths or URIs.")
  private List<String> compared = new ArrayList<>();

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    if (compared.isEmpty() && folder == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "name a folder with runs, or two runs with --diff");
    }
    if (compared.size() > 2) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--diff: name two runs, once");
    }
    try {
      if (compared.isEmpty()) {
        list();
      } else {
        compare();
      }
      return ExitCode.DONE;
    } catch (IOException e) {
      throw StorageProblem.at(folder == null ? compared.get(0) : folder, e);
    }
  }

  private void list() throws IOException {
    Clock clock = Clock.systemUTC();
    List<RunRow> rows = RunsFound.below(spark.stores(), folder, clock.millis());
    if (rows.isEmpty()) {
      throw new CheckpointProblem(folder + ": there are no runs here; check the path");
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("folder", folder);
    json.put("runs", rows);
    format.print(json, out -> print(out, rows, clock));
  }

  private static void print(PrintWriter out, List<RunRow> rows, Clock clock) {
    int name = Math.max(3, rows.stream().mapToInt(row -> row.run().length()).max().orElse(3));
    String form = "%-" + name + "s  %-11s  %9s  %7s  %7s  %-36s  %-12s  %s";
    out.println(
        form.formatted("run", "state", "rounds", "top-1", "best", "heard of", "checkpoint", "")
            .stripTrailing());
    for (RunRow row : rows) {
      out.println(
          form.formatted(
                  row.run(),
                  row.stateText(),
                  row.progress(),
                  Formats.percent(row.top1()),
                  Formats.percent(row.bestTop1()),
                  row.heard() == null
                      ? "-"
                      : Formats.instant(Instant.parse(row.heard()).toEpochMilli(), clock),
                  row.checkpoint() == null ? "-" : row.checkpoint(),
                  cut(row.note()))
              .stripTrailing());
    }
  }

  private static String cut(String note) {
    return note.length() <= LONGEST_NOTE
        ? note
        : note.substring(0, LONGEST_NOTE - MORE.length()) + MORE;
  }

  private void compare() throws IOException {
    Stores stores = spark.stores();
    RunDifference difference =
        RunDifference.of(open(stores, compared.get(0)), open(stores, compared.get(1)));
    format.print(difference, out -> print(out, difference));
  }

  private ObjectStore open(Stores stores, String run) {
    return stores.open(folder == null ? run : folder.replaceFirst("/+$", "") + "/" + run);
  }

  private void print(PrintWriter out, RunDifference difference) {
    print(out, "recipe, what decides the result", difference.result());
    print(out, "recipe, what does not", difference.other());
    print(out, "data", difference.data());
    print(out, "versions", difference.versions());
    difference
        .notKnown()
        .forEach(run -> out.println(run + ": its events do not say its data and versions"));
    if (difference.isNone()) {
      out.println("no difference");
    }
  }

  private void print(PrintWriter out, String title, List<RunDifference.Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    int key = width(title, entries.stream().map(RunDifference.Entry::key).toList());
    int first = width(compared.get(0), entries.stream().map(entry -> text(entry.a())).toList());
    String form = "%-" + key + "s  %-" + first + "s  %s%n";
    out.printf(form, title, compared.get(0), compared.get(1));
    entries.forEach(
        entry -> out.printf(form, "  " + entry.key(), text(entry.a()), text(entry.b())));
  }

  private static int width(String title, List<String> below) {
    return Math.max(title.length(), below.stream().mapToInt(String::length).max().orElse(0) + 2);
  }

  private static String text(String value) {
    return value == null ? "-" : value;
  }
}
