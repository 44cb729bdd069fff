package org.googlenet.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.app.io.PreflightTable;
import org.googlenet.app.option.ExecutorWait;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.RecipeOptions;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.app.process.SparkSessions;
import org.googlenet.common.ExitCode;
import org.googlenet.preflight.Preflight;
import org.googlenet.recipe.Recipe;
import org.googlenet.storage.Stores;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code googlenet preflight}: checks for everything that would stop a training, and shows it all
 * at once.
 */
@Command(
    name = "preflight",
    description = {
      "Looks for what would stop a training of a recipe, and shows all of it at once.",
      "From the driver: data sets and output. On each executor: the engine and its native libraries,"
          + " the memory that it will take beside what there is, the clock, and reading the data."
          + " 'train' does the same at its start. Writes one object to the recipe's output and"
          + " deletes it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet preflight conf/recipes/sample.yaml",
      "  googlenet preflight conf/recipes/imagenet.yaml --set output=s3a://bucket/runs --format json",
      "  googlenet preflight conf/recipes/sample.yaml --executor-wait 10m"
    })
final class PreflightCommand implements Callable<Integer> {

  @Mixin private RecipeOptions recipe;

  @Mixin private ExecutorWait executors;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @Override
  public Integer call() {
    Stores stores = spark.stores();
    Recipe effective = recipe.load(stores);
    Preflight.Report report;
    try (JavaSparkContext context =
        executors.watched(
            SparkSessions.open("preflight", spark.conf(), effective.averaging().workers()))) {
      report = Preflight.of(context, effective, stores, executors.duration());
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("passed", report.failures().isEmpty());
    json.put("checks", PreflightTable.json(report));
    format.print(json, out -> PreflightTable.print(out, report));
    report.require();
    return ExitCode.DONE;
  }
}
