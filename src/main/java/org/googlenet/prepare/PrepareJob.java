package org.googlenet.prepare;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.TarShard;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.ImageEncoder;
import org.googlenet.data.image.ImageHeader;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.spark.JobFailure;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * Makes a data set from images: the driver lists them and shuffles the list, each Spark task reads
 * the images of one shard and writes it, and {@code dataset.json} is written last.
 *
 * <p>The same source and options give the same bytes.
 */
public final class PrepareJob {

  /** The most bytes of one image that fit into a record of a shard. */
  static final int MAX_IMAGE = 63 << 20;

  /** The default size of a shard: 64 MiB. */
  public static final long SHARD_BYTES = 64L << 20;

  private static final int SAMPLE = 256;

  /** The tar headers of an image and of its label, and the label itself. */
  private static final int TAR_OVERHEAD = 3 * 512;

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
   */
  public record Options(
      ImageSource source,
      String output,
      String split,
      long shardBytes,
      long seed,
      Shrinking shrinking,
      int limit)
      implements Serializable {

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
  }

  /** A job on a Spark session, over storage that its executors reach too. */
  public PrepareJob(JavaSparkContext spark, Stores stores) {
    this.spark = spark;
    this.stores = stores;
  }

  /**
   * Makes the data set.
   *
   * @throws DataProblem if there is a data set already, or images are missing, damaged, duplicate
   *     or too large; it names them
   * @throws StorageProblem if storage cannot be read or written
   */
  public Dataset run(Options options) {
    try {
      refuseToReplace(options.output());
      ImageSource.Listing listing = options.source().list(spark, stores);
      List<ImageRef> images = Shuffle.of(options, listing);
      List<ShardTask> tasks = tasks(options, images);
      Stores toStores = stores;
      List<Shard> shards =
          spark
              .parallelize(tasks, tasks.size())
              .map(task -> write(options, toStores, task))
              .collect();
      return Dataset.create(
          stores, options.output(), options.split(), listing.classNames(), shards);
    } catch (IOException e) {
      throw StorageProblem.at(options.output(), e);
    } catch (Exception e) {
      throw JobFailure.of(e);
    }
  }

  private void refuseToReplace(String output) throws IOException {
    ObjectStore store = stores.open(output);
    try (InputStream in = store.read(Dataset.DESCRIPTION)) {
      throw new DataProblem(Dataset.alreadyThere(store.location()));
    } catch (FileNotFoundException e) {
      // As it should be: there is no data set yet.
    }
  }

  private record ShardTask(String name, ArrayList<ImageRef> images) implements Serializable {}

  /** Cuts the shuffled images into shards of equal numbers of records. */
  private List<ShardTask> tasks(Options options, List<ImageRef> images) throws IOException {
    double bytes = meanBytes(options, images) * images.size();
    int shards = (int) Math.min(images.size(), Math.ceil(bytes / options.shardBytes()));
    List<ShardTask> tasks = new ArrayList<>(shards);
    for (int shard = 0; shard < shards; shard++) {
      int from = (int) ((long) images.size() * shard / shards);
      int to = (int) ((long) images.size() * (shard + 1) / shards);
      tasks.add(
          new ShardTask(
              String.format(Locale.ROOT, "%s-%05d.tar", options.split(), shard),
              new ArrayList<>(images.subList(from, to))));
    }
    return tasks;
  }

  /**
   * The mean size of a record in a tar, taken from the first records, since their order is random.
   */
  private double meanBytes(Options options, List<ImageRef> images) throws IOException {
    List<ImageRef> sample = images.subList(0, Math.min(SAMPLE, images.size()));
    List<Integer> sizes = new ArrayList<>();
    options
        .source()
        .read(
            stores,
            sample,
            (image, encoded) -> {
              int length = finished(options, image, encoded).length;
              sizes.add(TAR_OVERHEAD + (length + 511) / 512 * 512);
            });
    return sizes.stream().mapToInt(Integer::intValue).average().orElseThrow();
  }

  private static Shard write(Options options, Stores stores, ShardTask task) {
    ObjectStore store = stores.open(options.output());
    try {
      return TarShard.write(
          store,
          task.name(),
          sink ->
              options
                  .source()
                  .read(
                      stores,
                      task.images(),
                      (image, encoded) ->
                          sink.add(
                              new Record(
                                  image.key(), finished(options, image, encoded), image.label()))));
    } catch (IOException e) {
      throw StorageProblem.at(store.location() + "/" + task.name(), e);
    }
  }

  /** The image as it goes into the data set, after checking that it can be decoded. */
  private static byte[] finished(Options options, ImageRef image, byte[] encoded) {
    try {
      Shrinking shrinking = options.shrinking();
      if (shrinking.shorterSide() > 0) {
        return ImageEncoder.shrink(encoded, shrinking.shorterSide(), shrinking.format());
      }
      Decoder.check(encoded);
      return encoded;
    } catch (UnreadableImage e) {
      throw new DataProblem(
          "%s: image %s; mend or remove it"
              .formatted(options.source().nameOf(image), e.getMessage()),
          e);
    }
  }
}
