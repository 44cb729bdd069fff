package org.googlenet.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.common.Sha256;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Shard;
import org.googlenet.spark.JobFailure;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import scala.Tuple2;

/**
 * Makes a training and a validation data set of labelled images that are rows of an RDD, and do not
 * lie in storage by themselves.
 *
 * <p>The rows are read twice: to look at them, and to write them. Equal rows, in any order and any
 * partitions, give the same bytes, in a folder that is named after them; if they are there already
 * they are only looked at.
 */
public final class RowsJob {

  /** Changes when the same rows and options are to give other bytes. */
  private static final String VERSION = "1";

  private final JavaSparkContext spark;
  private final Stores stores;

  /**
   * An image with its class.
   *
   * @param name for messages
   * @param label the class, from 0
   * @param validates whether it is for validation, whatever the fraction is
   * @param image its bytes, meant to be an image, not checked yet; empty if it could not be read
   * @param unreadable why it could not be read; null if it could
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Row(String name, int label, boolean validates, byte[] image, String unreadable)
      implements Serializable {

    /** An image that has been read. */
    public Row(String name, int label, boolean validates, byte[] image) {
      this(name, label, validates, image, null);
    }
  }

  /**
   * What to make.
   *
   * @param output path or URI of the folder in which the data sets get one of their own
   * @param classNames in the order of the labels
   * @param validationFraction the share of the images that is kept for validation, by a hash of
   *     (seed, content); 0 for none but those that say so
   * @param seed of the order of the records
   * @param skipsBad whether images that cannot be decoded are left out
   */
  public record Options(
      String output,
      List<String> classNames,
      double validationFraction,
      long seed,
      boolean skipsBad)
      implements Serializable {

    public Options {
      classNames = List.copyOf(classNames);
    }
  }

  /**
   * What was made.
   *
   * @param omissions the rows that are left out
   */
  public record Made(Dataset train, Dataset validation, Omissions omissions) {}

  /** A job on a Spark session, over storage that its executors reach too. */
  public RowsJob(JavaSparkContext spark, Stores stores) {
    this.spark = spark;
    this.stores = stores;
  }

  /**
   * Makes the data sets, or finds them.
   *
   * @param rows whose labels are those of the class names; gives the same rows each time
   * @throws DataProblem if there are no images for training or none for validation, bad ones that
   *     are not to be skipped, or other rows the second time
   * @throws StorageProblem if storage cannot be read or written
   */
  public Made run(JavaRDD<Row> rows, Options options) {
    try {
      RowsFound found =
          rows
              .mapPartitions(some -> Stream.of(RowsFound.in(some, options)).iterator())
              .collect()
              .stream()
              .reduce(new RowsFound(), RowsFound::add);
      requireUsable(found, options);
      String folder = options.output() + "/" + name(found, options);
      List<String> places = List.of(folder + "/train", folder + "/validation");
      if (!isThere(places.get(1))) {
        write(rows, options, found, places);
      }
      return new Made(
          Dataset.open(stores, places.get(0)),
          Dataset.open(stores, places.get(1)),
          found.omissions());
    } catch (IOException e) {
      throw StorageProblem.at(options.output(), e);
    } catch (Exception e) {
      throw JobFailure.of(e);
    }
  }

  private static void requireUsable(RowsFound found, Options options) {
    List<Omissions.Kind> bad = found.omissions().bad();
    if (!options.skipsBad() && !bad.isEmpty()) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "%,d of %,d images are bad; mend them, or leave them out; the first: %s",
              found.omissions().badCount(),
              found.omissions().badCount() + found.records(false) + found.records(true),
              bad.get(0).first().get(0)));
    }
    require(found.records(false), "training");
    require(found.records(true), "validation");
  }

  private static void require(long records, String what) {
    if (records == 0) {
      throw new DataProblem(
          "no image is left for %s; give more images, or another share for validation"
              .formatted(what));
    }
  }

  /** The name of the folder for these rows and options. */
  private static String name(RowsFound found, Options options) {
    String all =
        String.join(
            "\n",
            VERSION,
            found.fingerprint(),
            Long.toString(options.seed()),
            String.join("\t", options.classNames()));
    return Sha256.of(all.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }

  private boolean isThere(String place) throws IOException {
    return stores.open(place).length(Dataset.DESCRIPTION).isPresent();
  }

  private void write(JavaRDD<Row> rows, Options options, RowsFound found, List<String> places)
      throws IOException {
    int train = shards(found.bytes(false));
    int validation = shards(found.bytes(true));
    Stores where = stores;
    JavaPairRDD<String, byte[]> images =
        rows.filter(row -> row.unreadable() == null)
            .mapToPair(row -> new Tuple2<>(RowName.of(row, options), row.image()))
            .filter(named -> !found.isBad(named._1().key()))
            .mapToPair(named -> new Tuple2<>(named._1().text(), named._2()));
    List<WrittenRows> written =
        ImageShuffle.sorted(spark, images, String.class, new ByRank(train, validation))
            .mapPartitionsWithIndex(
                (number, items) ->
                    number < train
                        ? WrittenRows.write(where, places.get(0), shard("train", number), items)
                        : WrittenRows.write(
                            where, places.get(1), shard("validation", number - train), items),
                false)
            .collect();
    requireSame(found, written);
    // The validation set comes last: where it is, the other one is too.
    create(places.get(0), "train", options, written.subList(0, train));
    create(places.get(1), "validation", options, written.subList(train, written.size()));
  }

  private static int shards(long bytes) {
    return Math.toIntExact(1 + bytes / PrepareJob.SHARD_BYTES);
  }

  private static String shard(String split, int number) {
    return String.format(Locale.ROOT, "%s-%05d.tar", split, number);
  }

  private static void requireSame(RowsFound found, List<WrittenRows> written) {
    RowsFound again =
        written.stream().map(WrittenRows::found).reduce(new RowsFound(), RowsFound::add);
    if (!again.fingerprint().equals(found.fingerprint())) {
      throw new DataProblem(
          "the rows were others when they were read again; cache or checkpoint them, or store them first");
    }
  }

  private void create(String place, String split, Options options, List<WrittenRows> written)
      throws IOException {
    if (!isThere(place)) {
      List<Shard> shards = written.stream().map(WrittenRows::shard).toList();
      Dataset.create(stores, place, split, options.classNames(), shards);
    }
  }

  /** Gives each part of the ranks, which are uniform, a shard. */
  private static final class ByRank extends Partitioner {

    private static final long serialVersionUID = 1L;

    private final int train;
    private final int validation;

    ByRank(int train, int validation) {
      this.train = train;
      this.validation = validation;
    }

    @Override
    public int numPartitions() {
      return train + validation;
    }

    @Override
    public int getPartition(Object text) {
      RowName name = RowName.of((String) text);
      long high = name.rank() >>> 32;
      return name.validates()
          ? train + (int) ((high * validation) >>> 32)
          : (int) ((high * train) >>> 32);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByRank same && same.train == train && same.validation == validation;
    }

    @Override
    public int hashCode() {
      return 31 * train + validation;
    }
  }
}
