package org.googlenet.app;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.registry.SavedModel;
import org.googlenet.run.Metadata;
import org.googlenet.storage.StorageProblem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code googlenet checkpoints show}: everything that is known about one checkpoint. */
@Command(
    name = "show",
    description =
        "Shows a checkpoint: how far the training was, how good it is, where it lies."
            + " Of a run it is the newest whose checksums verify.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet checkpoints show runs/sample",
      "  googlenet checkpoints show runs/sample/checkpoints/000012-0001",
      "  googlenet checkpoints show models",
      "  googlenet checkpoints show s3a://bucket/runs/sample --format json"
    })
final class CheckpointsShowCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "RUN-or-CHECKPOINT",
      description =
          "Path or URI of a run, a checkpoint, a promoted model or a folder of promoted models (its"
              + " champion).")
  private String location;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @Override
  public Integer call() {
    Map<String, Object> shown = shown();
    int width = shown.keySet().stream().mapToInt(String::length).max().orElse(1);
    format.print(
        shown,
        out -> shown.forEach((key, value) -> out.printf("%-" + width + "s  %s%n", key, value)));
    return ExitCode.DONE;
  }

  private static Object shown(String metric, double value) {
    return metric.equals(Metadata.EVALUATED) ? (Object) (long) value : (Object) value;
  }

  private Map<String, Object> shown() {
    try {
      SavedModel model = SavedModel.open(spark.stores(), location);
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("checkpoint", model.checkpoint().toString());
      shown.put("run", model.run());
      shown.put("version", model.version());
      shown.put("location", model.blobs().location());
      shown.put("created", Instant.ofEpochMilli(model.created()).toString());
      shown.put("term", model.checkpoint().term());
      shown.put("round", model.checkpoint().round());
      shown.putAll(model.metadata().counters());
      model.metadata().metrics().forEach((name, value) -> shown.put(name, shown(name, value)));
      shown.putAll(model.metadata().labels());
      shown.put("bytes", model.blobs().size());
      return shown;
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }
}
