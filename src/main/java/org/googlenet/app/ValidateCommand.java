package org.googlenet.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.app.io.Files;
import org.googlenet.app.io.Formats;
import org.googlenet.app.option.ExecutorWait;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.RecipeOptions;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.app.process.SparkSessions;
import org.googlenet.common.ExitCode;
import org.googlenet.prepare.ValidateJob;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.spark.TaskCores;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet validate}: checks whether data sets can be used to train and evaluate. */
@Command(
    name = "validate",
    description = {
      "Reads data sets from the first byte to the last, and tells what is wrong with them.",
      "Descriptions, checksums of shards and indexes, labels, whether each image can be decoded; and"
          + " images that are in two of them (an error), in one of them twice or flawed (warnings). Ends with"
          + " 3 if there is an error, and names the first ten of each kind."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet validate data/sample/train data/sample/validation",
      "  googlenet validate --recipe conf/recipes/sample.yaml",
      "  googlenet validate --recipe conf/recipes/imagenet.yaml --set data.train=s3a://b/train \\",
      "      --format json"
    })
final class ValidateCommand implements Callable<Integer> {

  private static final String ROW = "%-10s  %,12d  %,8d  %,7d  %13s%n";

  @Parameters(
      arity = "0..*",
      paramLabel = "DATASET",
      description = "Paths or URIs of data sets, of the same classes.")
  private List<String> datasets = new ArrayList<>();

  @Option(
      names = "--recipe",
      paramLabel = "RECIPE",
      description =
          "Path or URI of a recipe, in place of data sets: its data.train and data.validation, with"
              + " its model.classes.")
  private String recipe;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A key of the recipe, as in data.train=PATH. Repeatable.")
  private List<String> overrides = new ArrayList<>();

  @Mixin private FormatOption format;

  @Mixin private ExecutorWait executors;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    if (datasets.isEmpty() == (recipe == null)) {
      throw usage("name either data sets or a recipe (--recipe)");
    }
    if (recipe == null && !overrides.isEmpty()) {
      throw usage("--set: is for a recipe; give --recipe, too");
    }
    Stores stores = spark.stores();
    Optional<Recipe> effective =
        Optional.ofNullable(recipe)
            .map(
                name ->
                    RecipeLoader.load(
                        Files.text(stores, name), name, overrides, RecipeOptions.warnings(spec)));
    List<String> locations =
        effective
            .map(Recipe::data)
            .map(data -> List.of(data.train(), data.validation()))
            .orElse(datasets);
    int cores = Runtime.getRuntime().availableProcessors();
    ValidateJob.Report report;
    // A task reads its shard in one thread.
    SparkConf conf = spark.conf().setIfMissing(TaskCores.SETTING, "1");
    try (JavaSparkContext context = SparkSessions.open("validate", conf, cores)) {
      executors.await(context);
      report =
          new ValidateJob(context, stores)
              .run(locations, effective.map(each -> each.model().classes()));
    }
    format.print(json(report), out -> print(out, report));
    report.requireNoErrors();
    return ExitCode.DONE;
  }

  /** A report, as JSON has it. */
  static Map<String, Object> json(ValidateJob.Report report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("errors", report.errors());
    json.put("warnings", report.warnings());
    json.put("datasets", report.datasets());
    json.put("findings", report.findings());
    return json;
  }

  /** Prints a report as a table for people. */
  static void print(PrintWriter out, ValidateJob.Report report) {
    int width =
        Math.max(
            8, report.datasets().stream().mapToInt(d -> d.location().length()).max().orElse(8));
    String name = "%-" + width + "s  ";
    out.printf(
        name + "%-10s  %12s  %8s  %7s  %13s%n",
        "data set",
        "split",
        "records",
        "classes",
        "shards",
        "size");
    for (ValidateJob.Summary set : report.datasets()) {
      out.printf(
          name + ROW,
          set.location(),
          set.split(),
          set.records(),
          set.classes(),
          set.shards(),
          Formats.megabytes(set.bytes()));
    }
    for (ValidateJob.Finding finding : report.findings()) {
      boolean all = finding.count() == finding.first().size();
      out.printf(
          Locale.ROOT,
          "%s: %s, %,d in %s%s%n",
          finding.severity(),
          finding.kind(),
          finding.count(),
          finding.dataset(),
          all ? "" : "; the first " + finding.first().size());
      finding.first().forEach(line -> out.println("  " + line));
    }
    out.printf(Locale.ROOT, "%,d errors, %,d warnings%n", report.errors(), report.warnings());
  }

  private CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
