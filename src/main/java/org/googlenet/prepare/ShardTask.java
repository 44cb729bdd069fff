package org.googlenet.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.storage.Stores;

/**
 * The images of one shard, in its order.
 *
 * @param name of the shard's object
 */
record ShardTask(String name, ArrayList<ImageRef> images) implements Serializable {

  private static final int SAMPLE = 256;

  /** The tar headers of an image and of its label, and the label itself. */
  private static final int TAR_OVERHEAD = 3 * 512;

  /** Changes when the same images and options are to give other bytes. */
  private static final String VERSION = "1";

  /** Cuts the images of a data set into shards of equal numbers of records. */
  static List<ShardTask> cut(
      JavaSparkContext spark, PrepareJob.Options options, Stores stores, List<ImageRef> images)
      throws IOException {
    if (images.isEmpty()) {
      return List.of();
    }
    double bytes = meanBytes(spark, options, stores, images) * images.size();
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
   * Those that are bad are left to the tasks, which come to them again.
   */
  private static double meanBytes(
      JavaSparkContext spark, PrepareJob.Options options, Stores stores, List<ImageRef> images)
      throws IOException {
    List<ImageRef> sample = images.subList(0, Math.min(SAMPLE, images.size()));
    List<Integer> sizes =
        options.source().readsWholeObjects()
            ? ImageTransfer.byObject(spark, sample)
                .flatMap(some -> sizes(options, stores, some).iterator())
                .collect()
            : sizes(options, stores, sample);
    return sizes.stream().mapToInt(Integer::intValue).average().orElse(TAR_OVERHEAD);
  }

  /** The sizes of images as records. */
  private static List<Integer> sizes(
      PrepareJob.Options options, Stores stores, List<ImageRef> images) throws IOException {
    List<Integer> sizes = new ArrayList<>();
    options
        .source()
        .read(
            stores,
            images,
            new ImageSource.Visitor() {
              @Override
              public void image(ImageRef image, byte[] encoded) {
                try {
                  int length = ShardWriter.finished(options.shrinking(), encoded).length;
                  sizes.add(TAR_OVERHEAD + (length + 511) / 512 * 512);
                } catch (UnreadableImage e) {
                  sizes.add(TAR_OVERHEAD);
                }
              }

              @Override
              public void gone(ImageRef image, DataProblem why) {
                sizes.add(TAR_OVERHEAD);
              }
            });
    return sizes;
  }

  /** SHA-256 of all that decides the shard's bytes, but for the content of the images. */
  String plan(PrepareJob.Options options) {
    MessageDigest digest = Sha256.digest();
    ImageSource source = options.source();
    update(digest, VERSION, source.getClass().getName(), source.place(), options.shrinking());
    for (ImageRef image : images) {
      update(digest, image.key(), image.label(), image.object(), image.offset(), image.bytes());
    }
    return Sha256.hex(digest.digest());
  }

  private static void update(MessageDigest digest, Object... values) {
    for (Object value : values) {
      digest.update((value + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }
}
