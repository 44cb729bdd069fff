package org.googlenet.app;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.app.option.EngineOptions;
import org.googlenet.app.option.ExecutorWait;
import org.googlenet.app.option.FieldOptions;
import org.googlenet.app.option.OutcomeFile;
import org.googlenet.app.option.PredictionOptions;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.app.process.SparkSessions;
import org.googlenet.engine.EngineChoice;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.prediction.PredictionJob;
import org.googlenet.prediction.PredictionReport;
import org.googlenet.prediction.RowFormat;
import org.googlenet.report.EventText;
import org.googlenet.spark.EngineTask;
import org.googlenet.spark.TaskCores;
import org.googlenet.storage.Stores;
import picocli.CommandLine;

/** What {@code googlenet predict --output} does: a Spark job that writes a row for each record. */
record ManyPredictions(
    CommandLine.Model.CommandSpec spec,
    SparkOptions spark,
    ExecutorWait executors,
    EngineOptions engine,
    FieldOptions fields,
    PredictionOptions prediction) {

  void run(String model, String data, List<String> images, RowFormat format, int top) {
    if (data == null || !images.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--output: name what to predict by --data, and no image files");
    }
    fields.requireNoLabelBase(spec);
    PredictionJob.Options options =
        new PredictionJob.Options(
            data,
            fields.fields(),
            prediction.output().orElseThrow(),
            format,
            top,
            prediction.hasFeatures(),
            prediction.partSize(spec));
    int batch = engine.batch();
    Stores stores = spark.stores();
    TrainedModel trained = TrainedModel.open(stores, model);
    int cores = Runtime.getRuntime().availableProcessors();
    PrintWriter err = spec.commandLine().getErr();
    try (JavaSparkContext context = SparkSessions.open("predict", spark.conf(), cores)) {
      executors.await(context);
      EngineChoice choice =
          EngineTask.chooseForPasses(context, engine.wanted(trained, batch, TaskCores.of(context)));
      EngineOptions.warn(choice, err);
      PredictionJob job =
          new PredictionJob(context, stores, line -> err.println("warning: " + line));
      print(job.run(options, trained, choice.spec()), format);
    }
  }

  private void print(PredictionReport report, RowFormat format) {
    PrintWriter err = spec.commandLine().getErr();
    report.omissions().lines().forEach(err::println);
    report.firstUnreadable().forEach(line -> err.println("bad: " + line));
    err.flush();
    OutcomeFile.of(spec).found(json(report));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s: %,d rows%s in %s of format %s, %.1f MB%s%n",
        report.location(),
        report.rows(),
        report.unreadable() == 0
            ? ""
            : String.format(Locale.ROOT, ", %,d of them with an error,", report.unreadable()),
        EventText.count(report.parts(), "part"),
        format,
        report.bytes() / 1e6,
        report.finishedBefore() == 0
            ? ""
            : String.format(
                Locale.ROOT, "; %,d of the parts were there already", report.finishedBefore()));
    out.flush();
  }

  private static Map<String, Object> json(PredictionReport report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("predictions", report.location());
    json.put("rows", report.rows());
    json.put("unreadable", report.unreadable());
    json.put("parts", report.parts());
    json.put("finishedBefore", report.finishedBefore());
    json.put("bytes", report.bytes());
    return json;
  }
}
