package org.googlenet.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.common.Tolerance;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Shard;
import org.googlenet.data.image.ImageHeader;
import org.googlenet.spark.JobFailure;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * Makes a data set from images: the driver lists them and shuffles the list, each Spark task reads
 * the images of one shard and writes it, and {@code dataset.json} is written last.
 *
 * <p>The same source and options give the same bytes. All images are looked at before any of them
 * is refused. A job that failed leaves its finished shards to the next one with the same output
 * ({@link UnfinishedSet}).
 */
public final class PrepareJob {

  /** The most bytes of one image that fit into a record of a shard. */
  static final int MAX_IMAGE = 63 << 20;

  /** The default size of a shard: 64 MiB. */
  public static final long SHARD_BYTES = 64L << 20;

  private final JavaSparkContext spark;
  private final Stores stores;

  /**
   * How large images are shrunk.
   *
   * @param shorterSide in pixels: images whose shorter side is longer are shrunk to it; 0 keeps the
   *     bytes of all images
   * @param format how shrunk images are encoded
   */
  public record Shrinking(int shorterSide, ImageHeader.Format format) implements Serializable {

    public Shrinking {
      if (format != ImageHeader.Format.JPEG && format != ImageHeader.Format.PNG) {
        throw new PrepareRefused("encode " + format + ": shrunk images become jpeg or png");
      }
    }
  }

  /**
   * What does not keep a data set from being made.
   *
   * @param bad how many of the source's images may be left out because they are bad
   * @param emptyClasses whether a class that the source has may be without images
   */
  public record Forgiveness(Tolerance bad, boolean emptyClasses) implements Serializable {

    /** Nothing is forgiven. */
    public static final Forgiveness NONE = new Forgiveness(Tolerance.NONE, false);
  }

  /**
   * What to make.
   *
   * @param source the images
   * @param output where the data set is written: a path or URI without a data set
   * @param split what the data set is for: {@code train}, {@code validation}; shards are named
   *     after it
   * @param shardBytes approximate size of a shard
   * @param seed of the shuffle
   * @param shrinking of large images
   * @param limit the most records, taken from the classes as evenly as possible; 0 for all
   * @param forgiveness of what is bad in the source
   */
  public record Options(
      ImageSource source,
      String output,
      String split,
      long shardBytes,
      long seed,
      Shrinking shrinking,
      int limit,
      Forgiveness forgiveness)
      implements Serializable {

    /** Options that forgive nothing. */
    public Options(
        ImageSource source,
        String output,
        String split,
        long shardBytes,
        long seed,
        Shrinking shrinking,
        int limit) {
      this(source, output, split, shardBytes, seed, shrinking, limit, Forgiveness.NONE);
    }

    public Options {
      if (!split.matches("[A-Za-z0-9_][A-Za-z0-9_-]*")) {
        throw new PrepareRefused(
            "split '" + split + "': shards are named after it; use letters, digits, '-' and '_'");
      }
      if (shardBytes < 1) {
        throw new PrepareRefused("shard size " + shardBytes + ": give at least 1 byte");
      }
      if (shrinking.shorterSide() < 0 || limit < 0) {
        throw new PrepareRefused(
            String.format(
                Locale.ROOT,
                "shorter side %d, limit %d: give a number from 0 (for none)",
                shrinking.shorterSide(),
                limit));
      }
    }

    /** The same, but forgiving. */
    public Options withForgiveness(Forgiveness other) {
      return new Options(source, output, split, shardBytes, seed, shrinking, limit, other);
    }
  }

  /** A job on a Spark session, over storage that its executors reach too. */
  public PrepareJob(JavaSparkContext spark, Stores stores) {
    this.spark = spark;
    this.stores = stores;
  }

  /**
   * Makes the data set, unless too much of the source is bad.
   *
   * @throws DataProblem if there is a data set already, or the source as a whole is missing or
   *     damaged
   * @throws StorageProblem if storage cannot be read or written
   */
  public PrepareReport run(Options options) {
    try {
      Dataset.requireNone(stores, options.output());
      ImageSource.Listing listing = options.source().list(spark, stores);
      Shuffle shuffle = Shuffle.of(options, listing);
      UnfinishedSet unfinished = new UnfinishedSet(stores, options.output());
      List<ShardTask> tasks = ShardTask.cut(spark, options, stores, shuffle.images());
      List<WrittenShard> written = write(options, unfinished, tasks);
      PrepareReport report = PrepareReport.of(options, listing, shuffle, written);
      if (report.refusal().isPresent()) {
        return report;
      }
      Dataset made =
          Dataset.create(
              stores,
              options.output(),
              options.split(),
              listing.classNames(),
              written.stream().map(WrittenShard::shard).toList());
      unfinished.end(spark, made.shards().stream().map(Shard::name).toList());
      return report.with(made);
    } catch (IOException e) {
      throw StorageProblem.at(options.output(), e);
    } catch (Exception e) {
      throw JobFailure.of(e);
    }
  }

  private List<WrittenShard> write(Options options, UnfinishedSet unfinished, List<ShardTask> tasks)
      throws IOException {
    if (tasks.isEmpty()) {
      return List.of();
    }
    unfinished.begin(spark, options.split(), tasks.stream().map(ShardTask::name).toList());
    JavaRDD<WrittenShard> written =
        options.source().readsWholeObjects()
            ? new ImageTransfer(spark, options, unfinished).written(tasks)
            : spark
                .parallelize(tasks, tasks.size())
                .map(task -> ShardWriter.written(options, unfinished, task));
    return new ArrayList<>(written.collect());
  }
}
