package org.googlenet.prediction;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.googlenet.common.Problem;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.engine.EngineSpec;
import org.googlenet.evaluation.ImageClassifier;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.model.ModelZip;
import org.googlenet.prepare.ShardFiles;
import org.googlenet.spark.Broadcasts;
import org.googlenet.spark.JobFailure;
import org.googlenet.spark.JobTries;
import org.googlenet.storage.Location;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * Predicts the classes of every record of some data, and writes exactly one row for each, as
 * objects in parts.
 *
 * <p>A job with the same data, model and options as one that was interrupted makes only the parts
 * that are missing. The last object that it writes is the manifest.
 */
public final class PredictionJob {

  private final JavaSparkContext spark;
  private final Stores stores;
  private final Consumer<String> warn;

  /**
   * What to predict.
   *
   * @param data a data set, a folder of images or shards, a list, a file, or a pattern
   * @param fields which fields of others' records are image, label and key
   * @param output where the predictions go: a path or URI of a folder that is empty
   * @param format of the parts
   * @param topK how many classes a row has, at least 1
   * @param hasFeatures whether a row also has the values that the classifier reads
   * @param partSize records of a part, at least 1
   */
  public record Options(
      String data,
      Fields fields,
      String output,
      RowFormat format,
      int topK,
      boolean hasFeatures,
      int partSize) {

    public Options {
      if (topK < 1 || partSize < 1) {
        throw new IllegalArgumentException(
            topK + " classes of a row, " + partSize + " records of a part: give at least 1");
      }
    }
  }

  /**
   * A job on a Spark session, over storage that its executors reach too.
   *
   * @param warn receives a line about each further try
   */
  public PredictionJob(JavaSparkContext spark, Stores stores, Consumer<String> warn) {
    this.spark = spark;
    this.stores = stores;
    this.warn = warn;
  }

  /**
   * Makes the predictions, or those that are missing.
   *
   * @param engine for the model's network, of a kind other than {@code AUTO}
   * @throws DataProblem if there is no such data, or the output holds something else
   * @throws StorageProblem if storage cannot be read or written
   */
  public PredictionReport run(Options options, TrainedModel model, EngineSpec engine) {
    requireApart(options);
    try {
      PredictionPlan plan =
          new DataFinder(spark, stores, options.fields(), options.partSize()).plan(options.data());
      Map<String, String> identity = identity(options, plan, model, engine);
      PredictionFiles files = new PredictionFiles(stores, options.output());
      requireNotTaken(options, files, plan.parts().size());
      List<PartResult> known = files.begin(identity);
      Map<Integer, PartResult> results = finished(files, options, plan.parts().size(), known);
      int finishedBefore = results.size();
      List<PartTask.Numbered> missing =
          IntStream.range(0, plan.parts().size())
              .filter(i -> !results.containsKey(i))
              .mapToObj(i -> new PartTask.Numbered(i, plan.parts().get(i)))
              .collect(Collectors.toCollection(ArrayList::new));
      make(options, missing, model, engine, files)
          .forEach(part -> results.put(part.number(), part.result()));
      List<PartResult> parts = List.copyOf(results.values());
      files.end(identity, model.location(), plan, parts);
      files.tidy();
      return report(options, plan, parts, finishedBefore);
    } catch (IOException e) {
      throw StorageProblem.at(options.output(), e);
    } catch (Exception e) {
      throw e instanceof Problem problem ? problem : JobFailure.of(e);
    }
  }

  /** All that lies in the output is read as predictions, and all below the data as data. */
  private static void requireApart(Options options) {
    Location output = Location.of(options.output());
    Location data = Location.of(options.data());
    if (data.holds(output) || output.holds(data)) {
      throw notApart(options);
    }
  }

  private static DataProblem notApart(Options options) {
    return new DataProblem(
        "%s: the output lies in the data or around it (%s); name another --output"
            .formatted(options.output(), options.data()));
  }

  /** A pattern would take predictions for data at the next time. */
  private static void requireNotTaken(Options options, PredictionFiles files, int parts) {
    if (!DataFinder.isPattern(options.data())) {
      return;
    }
    Location output = Location.of(options.output());
    List<String> names = IntStream.range(0, parts).mapToObj(options.format()::partName).toList();
    for (String name : files.names(names)) {
      if (ShardFiles.takes(options.data(), output.resolve(name))) {
        throw notApart(options);
      }
    }
  }

  /**
   * All that decides the bytes of the parts, but for the rounding of other machines and of other
   * numbers of threads.
   */
  private static Map<String, String> identity(
      Options options, PredictionPlan plan, TrainedModel model, EngineSpec engine) {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("model", fingerprint(model));
    identity.put("data", plan.fingerprint());
    identity.put("format", options.format().toString());
    identity.put("top", Integer.toString(options.topK()));
    identity.put("features", Boolean.toString(options.hasFeatures()));
    identity.put("part-size", Integer.toString(options.partSize()));
    identity.put("engine", engine.kind().name());
    identity.put("batch", Integer.toString(engine.batch()));
    identity.put("precision", engine.precision().name().toLowerCase(Locale.ROOT));
    return identity;
  }

  /** SHA-256 of the network, its parameters, the classes' names, and how images are decoded. */
  private static String fingerprint(TrainedModel model) {
    String all =
        String.join(
            "\n",
            model.configuration(),
            ModelZip.sha256(model.parameters()),
            Integer.toString(model.side()),
            model.decoding().toString(),
            String.join("\n", model.classNames()));
    return Sha256.of(all.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What earlier jobs have finished, by the numbers of the parts. It is asked once, before anything
   * is written, so that parts of this job's own first try do not count.
   */
  private Map<Integer, PartResult> finished(
      PredictionFiles files, Options options, int parts, List<PartResult> known) {
    List<PartTask.Known> asked = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      PartResult result = i < known.size() ? known.get(i) : null;
      asked.add(new PartTask.Known(i, options.format().partName(i), result));
    }
    Map<Integer, PartResult> finished = new TreeMap<>();
    collect(spark.parallelize(asked).flatMap(part -> part.finished(files)))
        .forEach(part -> finished.put(part.number(), part.result()));
    return finished;
  }

  private List<PartTask.Finished> make(
      Options options,
      List<PartTask.Numbered> parts,
      TrainedModel model,
      EngineSpec engine,
      PredictionFiles files) {
    if (parts.isEmpty()) {
      return List.of();
    }
    PartTask task =
        new PartTask(
            files,
            ImageClassifier.Spec.of(model, engine, options.hasFeatures()),
            new ArrayList<>(model.classNames()),
            options.topK(),
            options.format());
    Broadcast<float[]> parameters = spark.broadcast(model.parameters());
    List<PartTask.Finished> made;
    try {
      made =
          collect(
              spark
                  .parallelize(parts, parts.size())
                  .map(part -> task.run(part, parameters.value())));
    } catch (RuntimeException e) {
      Broadcasts.destroyAfterFailure(parameters);
      throw e;
    }
    parameters.destroy();
    return made;
  }

  /** What a job's tasks return; a job whose executors were lost is tried again. */
  private <T> List<T> collect(JavaRDD<T> job) {
    return new JobTries(warn, () -> false)
        .run(
            "predictions",
            () -> {
              try {
                return job.collect();
              } catch (Exception e) {
                throw JobFailure.of(e);
              }
            });
  }

  private static PredictionReport report(
      Options options, PredictionPlan plan, List<PartResult> parts, int finishedBefore) {
    return new PredictionReport(
        options.output(),
        plan.kind(),
        parts.stream().mapToLong(PartResult::rows).sum(),
        parts.stream().mapToLong(PartResult::unreadable).sum(),
        parts.size(),
        finishedBefore,
        parts.stream().mapToLong(PartResult::bytes).sum(),
        parts.stream()
            .flatMap(part -> part.firstUnreadable().stream())
            .limit(PartTask.NAMED)
            .toList(),
        plan.omissions());
  }
}
