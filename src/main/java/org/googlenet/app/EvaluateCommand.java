package org.googlenet.app;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.app.io.Formats;
import org.googlenet.app.option.Descriptions;
import org.googlenet.app.option.EngineOptions;
import org.googlenet.app.option.ExecutorWait;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.QuarantineOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.app.process.SparkSessions;
import org.googlenet.common.ExitCode;
import org.googlenet.data.Dataset;
import org.googlenet.engine.EngineChoice;
import org.googlenet.evaluation.Evaluation;
import org.googlenet.evaluation.Evaluator;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.spark.EngineTask;
import org.googlenet.spark.TaskCores;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet evaluate}: shows top-1, top-5 and losses of a model on a data set. */
@Command(
    name = "evaluate",
    description = "Evaluates a model on a data set: top-1, top-5, loss of each head, per class.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet evaluate runs/sample --data data/sample/validation",
      "  googlenet evaluate runs/sample/checkpoints/000012-0001 --data data/sample/validation \\",
      "      --format json",
      "  googlenet evaluate models --data data/sample/validation",
      "  googlenet evaluate runs/sample --data data/sample/validation --engine onednn \\",
      "      --precision bf16"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = Descriptions.MODEL_WITH_INPUT)
  private String model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATASET",
      description = Descriptions.EVALUATED)
  private String data;

  @Mixin private QuarantineOption quarantine;

  @Mixin private FormatOption format;

  @Mixin private EngineOptions engine;

  @Mixin private ExecutorWait executors;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    int batch = engine.batch();
    Stores stores = spark.stores();
    TrainedModel trained = TrainedModel.open(stores, model);
    Dataset dataset = Dataset.open(stores, data);
    trained.requireClassesOf(dataset);
    int cores = Runtime.getRuntime().availableProcessors();
    try (JavaSparkContext context = SparkSessions.open("evaluate", spark.conf(), cores)) {
      executors.await(context);
      int threads = TaskCores.of(context);
      EngineChoice choice =
          EngineTask.chooseForPasses(context, engine.wanted(trained, batch, threads));
      EngineOptions.warn(choice, spec.commandLine().getErr());
      Evaluation evaluation =
          new Evaluator(context, dataset, trained.decoding(), batch, quarantine.limit())
              .evaluate(choice.spec(), trained.parameters(), trained.side(), trained.classes());
      format.print(
          json(trained, choice, evaluation), out -> printTable(out, trained, choice, evaluation));
    }
    return ExitCode.DONE;
  }

  private Map<String, Object> json(
      TrainedModel trained, EngineChoice choice, Evaluation evaluation) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", trained.location());
    json.put("data", data);
    json.put("engine", choice.engine());
    json.put("precision", choice.precision());
    json.put("examples", evaluation.examples());
    json.put("unread", evaluation.unread());
    json.put("top1", evaluation.top1());
    json.put("top5", evaluation.top5());
    json.put("loss", evaluation.loss());
    json.put("classes", evaluation.classes());
    return json;
  }

  private void printTable(
      PrintWriter out, TrainedModel trained, EngineChoice choice, Evaluation evaluation) {
    int width =
        Math.max(5, evaluation.classes().stream().mapToInt(c -> c.name().length()).max().orElse(5));
    String row = "%-" + width + "s  %8s  %7s  %7s%n";
    out.printf(row, "class", "examples", "top-1", "top-5");
    for (Evaluation.OfClass c : evaluation.classes()) {
      out.printf(row, c.name(), c.examples(), percent(c.top1()), percent(c.top5()));
    }
    out.printf(
        row, "all", evaluation.examples(), percent(evaluation.top1()), percent(evaluation.top5()));
    long all = evaluation.examples() + evaluation.unread();
    String notCounted = Formats.notCounted(evaluation.unread(), all);
    out.printf("%nmodel   %s%ndata    %s%s%n", trained.location(), data, notCounted);
    out.printf("engine  %s %s%n", choice.engine(), choice.precision());
    evaluation
        .loss()
        .forEach((head, loss) -> out.printf(Locale.ROOT, "loss of %s  %.4f%n", head, loss));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * share);
  }
}
