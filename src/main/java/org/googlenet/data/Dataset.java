package org.googlenet.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.ForeignFormat;
import org.googlenet.data.format.Labels;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.RecordIndex;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardFormat;
import org.googlenet.data.format.ShardSource;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * A data set, which is one split of labelled images: shards, their indexes, and {@code
 * dataset.json}, which describes them and is written last.
 *
 * <p>It holds only the description, so it travels with Spark's tasks; each task opens the shards
 * that it needs.
 */
public final class Dataset implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The name of the description's object. */
  public static final String DESCRIPTION = Shard.DESCRIPTION;

  private static final Kept NOTHING_KEPT = new Kept(null, 0);

  private final Stores stores;
  private final String location;
  private final Description description;
  private final Kept kept;

  /**
   * Where shards are kept after they have been read.
   *
   * @param folder path on the machine that reads, or null for one in that machine's folder for
   *     temporary files
   * @param bytes the most that may be kept; 0 for nothing
   */
  private record Kept(String folder, long bytes) implements Serializable {

    Path path() {
      return folder == null
          ? Path.of(System.getProperty("java.io.tmpdir"), "googlenet-shards")
          : Path.of(folder);
    }
  }

  private Dataset(Stores stores, String location, Description description, Kept kept) {
    this.stores = stores;
    this.location = location;
    this.description = description;
    this.kept = kept;
  }

  /**
   * The same data set, but its shards are kept on the machines that read them, if all of them fit.
   *
   * @param folder path on those machines, or null for one in their folder for temporary files
   * @param bytes the most that may be kept on a machine; 0 for nothing
   */
  public Dataset keptIn(String folder, long bytes) {
    long all = shards().stream().mapToLong(Shard::bytes).sum();
    return new Dataset(stores, location, description, new Kept(folder, all <= bytes ? bytes : 0));
  }

  /**
   * Reads {@code dataset.json} and checks that every shard is there and has the right length.
   *
   * @throws DataProblem if there is no data set, it has no records, or it is damaged
   * @throws StorageProblem if the storage cannot be read
   */
  public static Dataset open(Stores stores, String location) {
    Dataset dataset = described(stores, location);
    try {
      dataset.checkObjects(dataset.shardStore());
      return dataset;
    } catch (IOException e) {
      throw StorageProblem.at(dataset.location(), e);
    }
  }

  /**
   * Reads {@code dataset.json} only, without a look at the shards.
   *
   * @throws DataProblem if there is no data set, it has no records, or its description is damaged
   * @throws StorageProblem if the storage cannot be read
   */
  public static Dataset described(Stores stores, String location) {
    ObjectStore store = stores.open(location);
    try {
      Dataset dataset =
          new Dataset(stores, store.location(), Description.read(store), NOTHING_KEPT);
      dataset.description.check(dataset.location);
      return dataset;
    } catch (IOException e) {
      throw StorageProblem.at(store.location(), e);
    }
  }

  /**
   * Makes a data set of shards that have been written, by describing them.
   *
   * @throws DataProblem if there is another data set already
   * @throws StorageProblem if the storage cannot be written
   */
  public static Dataset create(
      Stores stores, String location, String split, List<String> classNames, List<Shard> shards) {
    return create(stores, location, Description.of(ShardFormat.DEFAULT, split, classNames, shards));
  }

  /**
   * Makes a data set of shards that others wrote, whose indexes have been written.
   *
   * @param format the shards'
   * @param shardsIn where the shards lie: an absolute path or a URI, to which their names are
   *     relative; empty if that is {@code location}
   * @throws DataProblem if there is another data set already
   * @throws StorageProblem if the storage cannot be written
   */
  public static Dataset create(
      Stores stores,
      String location,
      ForeignFormat format,
      String shardsIn,
      String split,
      Labels labels,
      List<Shard> shards) {
    return create(stores, location, Description.of(format.name(), shardsIn, split, labels, shards));
  }

  private static Dataset create(Stores stores, String location, Description description) {
    ObjectStore store = stores.open(location);
    Dataset dataset = new Dataset(stores, store.location(), description, NOTHING_KEPT);
    dataset.description.check(dataset.location);
    try {
      store.create(DESCRIPTION, ObjectStore.Body.of(description.toBytes()));
      return dataset;
    } catch (FileAlreadyExistsException e) {
      throw new DataProblem(alreadyThere(store.location()), e);
    } catch (IOException e) {
      throw StorageProblem.at(store.location(), e);
    }
  }

  /**
   * Checks that a new data set can be made at a place, before the work for it begins.
   *
   * @throws DataProblem if there is one already
   */
  public static void requireNone(Stores stores, String location) throws IOException {
    ObjectStore store = stores.open(location);
    try (InputStream in = store.read(DESCRIPTION)) {
      throw new DataProblem(alreadyThere(store.location()));
    } catch (FileNotFoundException e) {
      // As it should be: there is no data set yet.
    }
  }

  private static String alreadyThere(String location) {
    return location
        + ": a data set is here already ("
        + DESCRIPTION
        + "); name another output, or delete this one first";
  }

  /** The data set's path or URI, as the user wrote it. */
  public String location() {
    return location;
  }

  /** What the data set is for: {@code train}, {@code validation}. */
  public String split() {
    return description.split();
  }

  /** The class names, in the order of the labels. */
  public List<String> classNames() {
    return description.classNames();
  }

  /** The number of classes; a record's label is from 0 to one less than that. */
  public int classes() {
    return description.classNames().size();
  }

  /**
   * Checks that the data set fits networks with this number of classes.
   *
   * @throws DataProblem if it has another
   */
  public void requireClasses(int number) {
    if (classes() != number) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "%s: has %d classes, the recipe has model.classes: %d; %s%sname another data set",
              location,
              classes(),
              number,
              classes() < number
                  ? "if it lacks some, prepare it with the same --class-names as the other one, or "
                  : "",
              // A network has two at least.
              classes() < 2
                  ? ""
                  : String.format(Locale.ROOT, "set model.classes to %d or ", classes())));
    }
  }

  /**
   * Checks that labels mean the same in another data set: two data sets of one source that were
   * made separately may order their classes differently.
   *
   * @throws DataProblem if they do not
   */
  public void requireClassesOf(Dataset other) {
    if (!classNames().equals(other.classNames())) {
      throw new DataProblem(
          "%s: its classes are not those of %s, or in another order; prepare both with the same --class-names or --synsets"
              .formatted(location, other.location()));
    }
  }

  /** The number of records in all shards, at least 1. */
  public long records() {
    return description.records();
  }

  /** The shards; a {@link Range} names one by its position here. */
  public List<Shard> shards() {
    return description.shards();
  }

  /** The number of records of each shard, for a {@link DataPlan}. */
  public int[] recordsPerShard() {
    return description.shards().stream().mapToInt(Shard::records).toArray();
  }

  /** All records, as one range per shard that has any. */
  public List<Range> all() {
    int[] records = recordsPerShard();
    return IntStream.range(0, records.length)
        .filter(shard -> records[shard] > 0)
        .mapToObj(shard -> new Range(shard, 0, records[shard]))
        .toList();
  }

  /** SHA-256 of the description, which through the shards' checksums covers all the data. */
  public String fingerprint() {
    return description.fingerprint();
  }

  /** Whether the other is a data set of the same content at the same location. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Dataset that
        && location.equals(that.location)
        && fingerprint().equals(that.fingerprint());
  }

  @Override
  public int hashCode() {
    return fingerprint().hashCode();
  }

  /**
   * Opens consecutive records of a shard: reads the shard's index, then only their bytes. A missing
   * or damaged index or shard is only found when the first record is read.
   */
  public Records read(Range range) {
    return read(List.of(range), BadRecords.refused(this));
  }

  /** Opens the records of ranges, one range after the other. */
  Records read(List<Range> ranges, BadRecords bad) {
    return new Records(this, ranges, bad);
  }

  /**
   * A shard, whose bytes come from this machine if they are kept here.
   *
   * @param store the data set's
   */
  ShardSource source(ObjectStore store, int number) {
    Shard shard = shards().get(number);
    ObjectStore shards = description.shardsIn().isEmpty() ? store : shardStore();
    ShardSource source = new ShardSource(shards, store, shard).with(stores).keepingIndex();
    return kept.bytes() == 0
        ? source
        : source.with(
            (offset, length) ->
                ShardCache.in(kept.path()).open(shards, shard, offset, length, kept.bytes()));
  }

  /** A shard, whose bytes come from its store. */
  ShardSource source(int number) {
    return new ShardSource(shardStore(), store(), shards().get(number)).with(stores);
  }

  /** Whether the images' bytes come from this machine, once it has them. */
  boolean isLocal() {
    return format().imagesFromElsewhere() == 0 && (kept.bytes() > 0 || shardStore().isLocal());
  }

  /**
   * About how many bytes a record has: the mean of all, or, where shards only name their images, of
   * one shard's.
   *
   * @param shard one that has records
   * @throws StorageProblem if its index is needed and the storage cannot be read
   */
  long bytesPerRecord(int shard) {
    if (format().imagesFromElsewhere() == 0) {
      return shards().stream().mapToLong(Shard::bytes).sum() / records();
    }
    try {
      RecordIndex index = RecordIndex.read(source(store(), shard));
      return index.imageBytes() / index.records();
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }

  /** How the records lie in the shards. */
  ShardFormat format() {
    return description.formatOfShards(location);
  }

  /** What the labels in the shards stand for. */
  Labels labels() {
    return new Labels(classNames(), description.labelBase());
  }

  /** A shard's name for messages: {@code shard sets/train/train-00000.tar}. */
  String nameOf(int shard) {
    return "shard " + shardsIn() + "/" + description.shards().get(shard).name();
  }

  /** The name of the shards' format. */
  public String shardFormat() {
    return description.shardFormat();
  }

  /** The folder of the shards: a path or URI; often the data set's own. */
  public String shardsIn() {
    return description.shardsIn().isEmpty() ? location : description.shardsIn();
  }

  /** Where the description and the indexes are. */
  ObjectStore store() {
    return stores.open(location);
  }

  /** Where the shards are. */
  ObjectStore shardStore() {
    return stores.open(shardsIn());
  }

  /** Looks whether every shard is there with its length. */
  void checkObjects(ObjectStore store) throws IOException {
    ShardLengths lengths = ShardLengths.of(store, shards());
    for (int number = 0; number < shards().size(); number++) {
      Shard shard = shards().get(number);
      OptionalLong found = lengths.of(shard);
      if (found.isEmpty()) {
        throw new DataProblem(nameOf(number) + ": is missing; " + DataProblem.MAKE_AGAIN);
      }
      if (found.getAsLong() != shard.bytes()) {
        throw new DataProblem(
            String.format(
                Locale.ROOT,
                "%s: has %d bytes and not %d as %s says%s; %s",
                nameOf(number),
                found.getAsLong(),
                shard.bytes(),
                DESCRIPTION,
                found.getAsLong() < shard.bytes() ? " (truncated)" : "",
                DataProblem.MAKE_AGAIN));
      }
    }
  }
}
