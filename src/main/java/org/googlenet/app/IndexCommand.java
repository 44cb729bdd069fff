package org.googlenet.app;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.app.option.ClassOptions;
import org.googlenet.app.option.ExecutorWait;
import org.googlenet.app.option.FieldOptions;
import org.googlenet.app.option.SkipBadOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.app.process.SparkSessions;
import org.googlenet.common.ExitCode;
import org.googlenet.data.Dataset;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.format.Shard;
import org.googlenet.prepare.IndexJob;
import org.googlenet.prepare.IndexReport;
import org.googlenet.prepare.PrepareRefused;
import org.googlenet.report.EventText;
import org.googlenet.spark.TaskCores;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet index}: makes a data set of shards that others wrote, where they lie. */
@Command(
    name = "index",
    sortOptions = false,
    description = {
      "Makes a data set of shards that others wrote, without copying them.",
      "Each shard is read once: keys, labels, and whether each image can be decoded. What is written is"
          + " an index of each shard, and dataset.json. All that is bad is listed in one run; the run"
          + " that follows one that failed does not read a shard again whose index it finds."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  WebDataset tars:",
      "    googlenet index 's3a://bucket/imagenet/train-{000000..001281}.tar' --output sets/train",
      "  TFRecords of TensorFlow's ImageNet scripts, whose classes are numbered from 1:",
      "    googlenet index 'hdfs://namenode/imagenet/train-*-of-01024' --label-base 1 \\",
      "        --output hdfs://namenode/sets/imagenet/train",
      "  Parquet files of Hugging Face, and a list (CSV or JSON lines) of images that lie anywhere:",
      "    googlenet index 'imagenet-1k/data/train-*.parquet' --output sets/train",
      "    googlenet index photos/train.csv --output sets/photos",
      "  A folder and all below it, with a field of JSON as the label:",
      "    googlenet index /data/birds --label-field species --output sets/birds --skip-bad=0.1%%"
    })
final class IndexCommand implements Callable<Integer> {

  @Parameters(
      arity = "1..*",
      paramLabel = "SHARDS",
      description =
          "Paths or URIs of shards: files, folders with all below them, globs (*, ?), braces"
              + " ({000..146}, {a,b}).")
  private List<String> shards;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description =
          "Where dataset.json and the indexes go: a path or URI without a data set. It may be the"
              + " folder of the shards.")
  private String output;

  @Option(
      names = "--format",
      defaultValue = "",
      paramLabel = "NAME",
      description =
          "The shards' format: webdataset, tfrecord, parquet, list, or another that others write;"
              + " without it the first bytes of each shard tell, and .csv, .tsv, .jsonl and .ndjson are"
              + " lists.")
  private String format;

  @Option(
      names = "--split",
      defaultValue = "train",
      description = "What it is for, as in train or validation (default: ${DEFAULT-VALUE}).")
  private String split;

  @Mixin private FieldOptions fields;

  @Mixin private ClassOptions classes;

  @Mixin private SkipBadOption skipBad;

  @Mixin private ExecutorWait executors;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Stores stores = spark.stores();
    IndexJob.Options options = options(stores);
    int cores = Runtime.getRuntime().availableProcessors();
    // A task reads its shard in one thread.
    SparkConf conf = spark.conf().setIfMissing(TaskCores.SETTING, "1");
    try (JavaSparkContext context = SparkSessions.open("index", conf, cores)) {
      executors.await(context);
      print(new IndexJob(context, stores).run(options));
    }
    return ExitCode.DONE;
  }

  private IndexJob.Options options(Stores stores) {
    try {
      return new IndexJob.Options(
          shards,
          format,
          output,
          split,
          new IndexOptions(fields.fields(), classes.names(stores), fields.labelBase()),
          skipBad.tolerance());
    } catch (PrepareRefused e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private void print(IndexReport report) {
    PrintWriter err = spec.commandLine().getErr();
    report.lines().forEach(err::println);
    err.flush();
    Dataset made = report.orThrow();
    long size = made.shards().stream().mapToLong(Shard::bytes).sum();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s: %,d records of %d classes in %s of format %s in %s, %.1f MB%s%n",
        made.location(),
        made.records(),
        made.classes(),
        EventText.count(made.shards().size(), "shard"),
        made.shardFormat(),
        made.shardsIn(),
        size / 1e6,
        report.kept() == 0 ? "" : "; " + report.kept() + " indexed before");
    out.flush();
  }
}
