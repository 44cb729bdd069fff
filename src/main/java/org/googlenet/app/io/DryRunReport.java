package org.googlenet.app.io;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.googlenet.preflight.DryRun;
import org.googlenet.preflight.Preflight;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.EventText;
import org.googlenet.training.ReportPlaces;

/** Shows the result of a dry run: what a training would do and need. */
public final class DryRunReport {

  private static final int MOST_SHARES = 8;

  private DryRunReport() {}

  public static void print(
      PrintWriter out, Preflight.Report report, Preflight.Start start, int done, DryRun dry) {
    Recipe recipe = start.setup().recipe();
    PreflightTable.print(out, report);
    out.printf("%nrun          %s/%s%n", recipe.output(), recipe.run());
    out.printf(
        Locale.ROOT,
        "rounds       %,d, with %,d global steps of %d images on %d workers: %,d examples%n",
        dry.rounds(),
        dry.steps(),
        recipe.training().batch(),
        recipe.averaging().workers(),
        dry.examples());
    if (done > 0) {
      out.printf(
          Locale.ROOT, "done         %,d of them; all that follows is of the whole run%n", done);
    }
    List<DryRun.Share> shares = dry.shares();
    for (DryRun.Share share : shares.subList(0, Math.min(MOST_SHARES, shares.size()))) {
      out.printf(
          Locale.ROOT,
          "worker %-4d  %,d records of %d shards in the first round%n",
          share.worker(),
          share.records(),
          share.shards());
    }
    if (shares.size() > MOST_SHARES) {
      out.printf(Locale.ROOT, "             and %d more workers%n", shares.size() - MOST_SHARES);
    }
    out.printf(
        Locale.ROOT,
        "a step       %.3f s, measured; a forward pass %.3f s%n",
        dry.stepSeconds(),
        dry.passSeconds());
    out.printf(
        Locale.ROOT,
        "time         %s of local steps%s, %s of %d evaluations; not counted: reading, averaging, checkpoints%n",
        length(dry.trainingSeconds()),
        dry.waves() > 1 ? String.format(Locale.ROOT, " (in %d waves of workers)", dry.waves()) : "",
        length(dry.evaluationSeconds()),
        dry.evaluations());
    out.printf(
        "memory       %s a worker outside the Java heap%n",
        dry.workerBytes() == 0 ? "unknown" : Formats.megabytes(dry.workerBytes()));
    out.printf(
        "executors    want spark.executor.memory=%s and on YARN and Kubernetes spark.executor.memoryOverhead=%s, or more%n",
        start.memory().heap(), start.memory().beside());
    out.printf(
        Locale.ROOT,
        "checkpoints  %s each (%,d parameters), at most %d kept%n",
        Formats.megabytes(dry.checkpointBytes()),
        dry.parameters(),
        dry.checkpoints());
    ReportPlaces.of(recipe).forEach((what, place) -> out.printf("%-12s %s%n", what, place));
    out.flush();
  }

  private static String length(double seconds) {
    return EventText.shortly(Duration.ofSeconds((long) Math.ceil(seconds)));
  }

  public static Map<String, Object> json(
      Preflight.Report report, Preflight.Start start, int done, DryRun dry) {
    Recipe recipe = start.setup().recipe();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("run", recipe.location());
    json.put("roundsDone", done);
    json.put("checks", PreflightTable.json(report));
    json.put(
        "executor",
        Map.of("memory", start.memory().heap(), "memoryOverhead", start.memory().beside()));
    json.put("plan", dry);
    json.put("shown", ReportPlaces.of(recipe));
    return json;
  }
}
