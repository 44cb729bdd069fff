package org.googlenet.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.googlenet.app.io.Formats;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.registry.Champion;
import org.googlenet.registry.Models;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Metadata;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code googlenet models}: lists what was promoted, when, by whom and why. */
@Command(
    name = "models",
    description =
        "Lists the promotions of a folder of models, the newest, which is the champion, first.",
    footerHeading = "%nExamples:%n",
    footer = {"  googlenet models models", "  googlenet models s3a://bucket/models --format json"})
final class ModelsCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODELS", description = "Path or URI of the folder of promoted models.")
  private String location;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** One promotion, as JSON has it. */
  record Row(
      int number,
      String version,
      String location,
      String created,
      String by,
      String note,
      Map<String, Double> metrics) {}

  @Override
  public Integer call() {
    List<Row> rows = rows();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("models", location);
    json.put("champion", rows.get(0).version());
    json.put("promotions", rows);
    format.print(json, out -> print(out, rows));
    return ExitCode.DONE;
  }

  private List<Row> rows() {
    try {
      ObjectStore store = spark.stores().open(location);
      Models models = new Models(store);
      List<Champion> promotions = new ArrayList<>(models.promotions());
      models.gaps().forEach(this::warn);
      if (promotions.isEmpty()) {
        throw new CheckpointProblem(
            "%s: no model was promoted here; check the path, or promote one with 'googlenet promote CHECKPOINT --models %1$s'"
                .formatted(location));
      }
      Collections.reverse(promotions);
      return promotions.stream().map(promotion -> row(store, promotion)).toList();
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }

  private void warn(String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("warning: " + message);
    err.flush();
  }

  private static Row row(ObjectStore store, Champion promotion) {
    return new Row(
        promotion.number(),
        promotion.version(),
        store.location() + "/" + promotion.version(),
        Formats.time(promotion.created()),
        promotion.by(),
        promotion.note(),
        promotion.metrics());
  }

  private static void print(PrintWriter out, List<Row> rows) {
    int version = Math.max(7, rows.stream().mapToInt(r -> r.version().length()).max().orElse(7));
    int by = Math.max(2, rows.stream().mapToInt(r -> r.by().length()).max().orElse(2));
    String form = "%-8s  %6s  %-" + version + "s  %-20s  %7s  %-" + by + "s  %s";
    out.println(form.formatted("", "number", "version", "promoted", "top-1", "by", "note"));
    for (Row row : rows) {
      out.println(
          form.formatted(
                  row.number() == rows.get(0).number() ? "champion" : "",
                  row.number(),
                  row.version(),
                  row.created(),
                  Formats.percent(row.metrics().get(Metadata.TOP1)),
                  row.by(),
                  row.note())
              .stripTrailing());
    }
  }
}
