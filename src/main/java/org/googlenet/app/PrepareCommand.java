package org.googlenet.app;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.app.option.ClassOptions;
import org.googlenet.app.option.ExecutorWait;
import org.googlenet.app.option.FieldOptions;
import org.googlenet.app.option.SkipBadOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.app.process.SparkSessions;
import org.googlenet.common.ExitCode;
import org.googlenet.common.LookUpProblem;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.Shard;
import org.googlenet.data.image.ImageHeader;
import org.googlenet.prepare.ImageSource;
import org.googlenet.prepare.ImageSourceKind;
import org.googlenet.prepare.PartOfImages;
import org.googlenet.prepare.PrepareJob;
import org.googlenet.prepare.PrepareRefused;
import org.googlenet.prepare.PrepareReport;
import org.googlenet.report.EventText;
import org.googlenet.spark.TaskCores;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code googlenet prepare}: makes a data set, in shards, from images. */
@Command(
    name = "prepare",
    sortOptions = false,
    description = {
      "Makes a data set of images.",
      "It consists of WebDataset tar shards, an index of each, and dataset.json.",
      "The same images, options and seed give the same bytes. All that is bad is listed in one run;"
          + " after one that failed the next keeps the shards that would be the same."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  A folder for each class:",
      "    googlenet prepare --source folder --images photos --output sets/train --split train",
      "    googlenet prepare --source folder --images photos --output sets/train --skip-bad=1%%",
      "    googlenet prepare --source folder --images photos --part 80-100 --output sets/val \\",
      "        --split validation",
      "    googlenet prepare --source folder --images photos/val --classes classes.txt \\",
      "        --output sets/val --split validation",
      "  ILSVRC2012:",
      "    googlenet prepare --source ilsvrc --images ILSVRC2012_img_train.tar \\",
      "        --synsets synsets.txt --output s3a://bucket/imagenet/train --split train",
      "    googlenet prepare --source ilsvrc --images ILSVRC2012_img_val.tar --labels val.txt \\",
      "        --synsets synsets.txt --output s3a://bucket/imagenet/val --split validation",
      "  The MNIST family:",
      "    googlenet prepare --source idx --images train-images-idx3-ubyte.gz \\",
      "        --labels train-labels-idx1-ubyte.gz --output sets/mnist --split train",
      "  Shards that others wrote, as 'googlenet index' takes them, and lists of images:",
      "    googlenet prepare --source webdataset --images 's3a://bucket/train-{000..146}.tar.gz' \\",
      "        --output s3a://bucket/imagenet/train --shorter-side 256",
      "    googlenet prepare --source tfrecord --images 'hdfs://namenode/imagenet/train-*-of-01024' \\",
      "        --label-base 1 --classes synsets.txt --output hdfs://namenode/sets/imagenet/train",
      "    googlenet prepare --source parquet --images 'imagenet-1k/data/train-*.parquet' \\",
      "        --output sets/train",
      "    googlenet prepare --source list --images photos/train.csv --output sets/photos"
    })
final class PrepareCommand implements Callable<Integer> {

  private static final Pattern SIZE =
      Pattern.compile("([1-9][0-9]{0,11})\\s*(B|KB|MB|GB|)", Pattern.CASE_INSENSITIVE);

  @Option(
      names = "--source",
      required = true,
      paramLabel = "SOURCE",
      description = {
        "folder: a folder for each class; ilsvrc: ILSVRC2012's tars; idx: MNIST's;",
        "webdataset, tfrecord, parquet: shards that others wrote; list: a list of images (CSV or",
        "JSON lines)."
      })
  private String source;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "PATH",
      description = {
        "The folder, the tar of tars or of JPEGs, or the idx3-ubyte file. Shards and lists: files,",
        "folders with all below them, globs (*, ?), braces ({000..146}, {a,b}), as paths or URIs, with",
        "commas between several."
      })
  private String images;

  @Option(
      names = "--labels",
      paramLabel = "PATH",
      description = {
        "idx: the idx1-ubyte file. ilsvrc: the label of each validation image, from 1, one a line;",
        "without it the tar is taken for the training images."
      })
  private String labels;

  @Option(
      names = "--synsets",
      defaultValue = "",
      paramLabel = "PATH",
      description = {
        "ilsvrc: the synsets in the order of the labels, one a line. Give the same file for both",
        "splits: without it the training labels follow the sorted synsets, the validation labels",
        "do not."
      })
  private String synsets;

  @Option(
      names = "--allow-empty-classes",
      description = "Keep folders and synsets without images as classes without records.")
  private boolean allowEmptyClasses;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description = "Where the data set goes: a path or URI where none is yet.")
  private String output;

  @Option(
      names = "--split",
      defaultValue = "train",
      description = "What it is for, as in train or validation (default: ${DEFAULT-VALUE}).")
  private String split;

  @Option(
      names = "--shard-size",
      defaultValue = "64MB",
      paramLabel = "SIZE",
      description = "About how large a shard is: bytes, or KB, MB, GB of 1024 (default: 64MB).")
  private String shardSize;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the shuffling (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--shorter-side",
      defaultValue = "0",
      paramLabel = "PIXELS",
      description = "Shrink images to this shorter side; 0 (default) keeps all bytes.")
  private int shorterSide;

  @Option(
      names = "--encode",
      defaultValue = "jpeg",
      paramLabel = "jpeg|png",
      description = "What shrunk images are written as: jpeg (default) or png.")
  private ImageHeader.Format encode;

  @Option(
      names = "--limit",
      defaultValue = "0",
      paramLabel = "RECORDS",
      description = "At most so many records, evenly over the classes; 0 (default) for all.")
  private int limit;

  @Option(
      names = "--part",
      defaultValue = "0-100",
      paramLabel = "FROM-TO",
      description = {
        "Only these percent of the images, by a hash of their keys: 0-80 for training and 80-100 for",
        "validation, of the same images. An image stays in its part when others are added."
      })
  private String part;

  @Mixin private FieldOptions fields;

  @Mixin private ClassOptions classes;

  @Mixin private SkipBadOption skipBad;

  @Mixin private ExecutorWait executors;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Stores stores = spark.stores();
    PrepareJob.Options options =
        new PrepareJob.Options(
            source(stores),
            output,
            split,
            bytes(shardSize),
            seed,
            new PrepareJob.Shrinking(shorterSide, encode),
            limit,
            new PrepareJob.Forgiveness(skipBad.tolerance(), allowEmptyClasses));
    int cores = Runtime.getRuntime().availableProcessors();
    // A task decodes its images in one thread.
    SparkConf conf = spark.conf().setIfMissing(TaskCores.SETTING, "1");
    try (JavaSparkContext context = SparkSessions.open("prepare", conf, cores)) {
      executors.await(context);
      print(new PrepareJob(context, stores).run(options));
    }
    return ExitCode.DONE;
  }

  private void print(PrepareReport report) {
    PrintWriter err = spec.commandLine().getErr();
    report.lines().forEach(err::println);
    err.flush();
    Dataset made = report.orThrow();
    long size = made.shards().stream().mapToLong(Shard::bytes).sum();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s: %,d records of %d classes (%s) in %s, %.1f MB%n",
        made.location(),
        made.records(),
        made.classes(),
        firstOf(made.classNames()),
        EventText.count(made.shards().size(), "shard"),
        size / 1e6);
    out.flush();
  }

  /** The first class names, which show if the user named a folder one level too high or too low. */
  private static String firstOf(List<String> classNames) {
    String first = String.join(", ", classNames.subList(0, Math.min(3, classNames.size())));
    return classNames.size() > 3 ? first + ", ..." : first;
  }

  private ImageSource source(Stores stores) {
    try {
      ImageSourceKind kind = ImageSourceKind.all().get(source.toLowerCase(Locale.ROOT));
      if (!kind.hasFields()
          && (!fields.fields().equals(Fields.DEFAULT) || fields.labelBase() != 0)) {
        throw usage(
            "--image-field, --label-field, --key-field, --label-base: --source %s has no records with fields; leave them out"
                .formatted(kind.name()));
      }
      ImageSource all =
          kind.source(
              new ImageSourceKind.Inputs(
                  images,
                  Optional.ofNullable(labels),
                  Optional.of(synsets).filter(path -> !path.isEmpty()),
                  classes.names(stores),
                  fields.fields(),
                  fields.labelBase()));
      return PartOfImages.of(all, part);
    } catch (LookUpProblem e) {
      throw usage("--source: " + e.getMessage());
    } catch (PrepareRefused e) {
      throw usage(e.getMessage());
    }
  }

  private long bytes(String size) {
    Matcher matcher = SIZE.matcher(size.strip());
    if (!matcher.matches()) {
      throw usage("--shard-size: " + size + ": give bytes, or a number with KB, MB or GB");
    }
    long unit =
        switch (matcher.group(2).toUpperCase(Locale.ROOT)) {
          case "KB" -> 1L << 10;
          case "MB" -> 1L << 20;
          case "GB" -> 1L << 30;
          default -> 1;
        };
    return Long.parseLong(matcher.group(1)) * unit;
  }

  private CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
