package org.googlenet.data;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.ShardIndex;
import org.googlenet.data.format.TarShard;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * One split of labelled images: shards, their indexes, and {@code dataset.json}, which describes
 * them and is written last.
 *
 * <p>It holds descriptions only, so it travels with Spark's tasks; each task opens the shards it
 * needs.
 */
public final class Dataset implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The name of the description in a data set's place. */
  public static final String DESCRIPTION = "dataset.json";

  public static final String MAKE_AGAIN =
      "copy the data set again, or make it again with 'googlenet prepare'";

  private static final String FORMAT = "googlenet-dataset";
  private static final int VERSION = 1;
  private static final int MAX_DESCRIPTION = 64 << 20;
  private static final Kept NOTHING_KEPT = new Kept(null, 0);
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SHARD_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*\\.tar");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private final Stores stores;
  private final String location;
  private final Document document;
  private final Kept kept;

  /**
   * What {@code dataset.json} says about a shard.
   *
   * @param name of its object, beside {@code dataset.json}
   * @param records how many it holds
   * @param bytes the object's length
   * @param sha256 of the object, in hexadecimal
   * @param indexSha256 of its index's object, in hexadecimal
   */
  @JsonPropertyOrder({"name", "records", "bytes", "sha256", "indexSha256"})
  public record Shard(String name, int records, long bytes, String sha256, String indexSha256)
      implements Serializable {

    /** The name of the index's object: {@code train-00000.idx} of {@code train-00000.tar}. */
    public String indexName() {
      return name.substring(0, name.length() - ".tar".length()) + ".idx";
    }
  }

  @JsonPropertyOrder({
    "format",
    "version",
    "split",
    "records",
    "labelBase",
    "classNames",
    "shards",
    "fingerprint"
  })
  private record Document(
      String format,
      int version,
      String split,
      long records,
      int labelBase,
      List<String> classNames,
      List<Shard> shards,
      String fingerprint)
      implements Serializable {

    Document {
      classNames = List.copyOf(classNames);
      shards = List.copyOf(shards);
    }

    /** The same with the fingerprint that its content has. */
    Document fingerprinted() {
      Document content =
          new Document(format, version, split, records, labelBase, classNames, shards, "");
      return new Document(
          format,
          version,
          split,
          records,
          labelBase,
          classNames,
          shards,
          Sha256.of(json(content, false)));
    }
  }

  /**
   * Where shards are kept that were read.
   *
   * @param folder path on the machine that reads, or null for one in its folder for temporary files
   * @param bytes the most that may be kept; 0 for nothing
   */
  private record Kept(String folder, long bytes) implements Serializable {

    Path path() {
      return folder == null
          ? Path.of(System.getProperty("java.io.tmpdir"), "googlenet-shards")
          : Path.of(folder);
    }
  }

  private Dataset(Stores stores, String location, Document document, Kept kept) {
    this.stores = stores;
    this.location = location;
    this.document = document;
    this.kept = kept;
  }

  /**
   * The same data set, whose shards are kept on the machines that read them if all of them fit.
   *
   * @param folder path on those machines, or null for one in their folder for temporary files
   * @param bytes the most that may be kept on a machine; 0 for nothing
   */
  public Dataset keptIn(String folder, long bytes) {
    long all = shards().stream().mapToLong(Shard::bytes).sum();
    return new Dataset(stores, location, document, new Kept(folder, all <= bytes ? bytes : 0));
  }

  /**
   * Reads {@code dataset.json} and sees that every shard is there with the length it should have.
   *
   * @throws DataProblem if there is no data set, it has no records, or it is damaged
   * @throws StorageProblem if the storage cannot be read
   */
  public static Dataset open(Stores stores, String location) {
    Dataset dataset = described(stores, location);
    try {
      dataset.checkObjects(stores.open(location));
      return dataset;
    } catch (IOException e) {
      throw StorageProblem.at(dataset.location(), e);
    }
  }

  /**
   * Reads {@code dataset.json} alone, whatever became of the shards.
   *
   * @throws DataProblem if there is no data set, it has no records, or its description is damaged
   * @throws StorageProblem if the storage cannot be read
   */
  public static Dataset described(Stores stores, String location) {
    ObjectStore store = stores.open(location);
    try {
      Dataset dataset = new Dataset(stores, store.location(), parse(store), NOTHING_KEPT);
      dataset.checkDescription();
      return dataset;
    } catch (IOException e) {
      throw StorageProblem.at(store.location(), e);
    }
  }

  /**
   * Describes shards that are written already and so makes a data set of them.
   *
   * @throws DataProblem if there is another data set
   * @throws StorageProblem if the storage cannot be written
   */
  public static Dataset create(
      Stores stores, String location, String split, List<String> classNames, List<Shard> shards) {
    ObjectStore store = stores.open(location);
    long records = shards.stream().mapToLong(Shard::records).sum();
    Document document =
        new Document(FORMAT, VERSION, split, records, 0, classNames, shards, "").fingerprinted();
    Dataset dataset = new Dataset(stores, store.location(), document, NOTHING_KEPT);
    dataset.checkDescription();
    try {
      store.create(DESCRIPTION, ObjectStore.Body.of(json(document, true)));
      return dataset;
    } catch (FileAlreadyExistsException e) {
      throw new DataProblem(alreadyThere(store.location()), e);
    } catch (IOException e) {
      throw StorageProblem.at(store.location(), e);
    }
  }

  /** What to say where a data set is in the way of a new one. */
  public static String alreadyThere(String location) {
    return location
        + ": a data set is here already ("
        + DESCRIPTION
        + "); name another output, or delete this one first";
  }

  /** The place, as the user named it. */
  public String location() {
    return location;
  }

  /** What the data set is for: {@code train}, {@code validation}. */
  public String split() {
    return document.split;
  }

  /** The names of the classes, in the order of the labels. */
  public List<String> classNames() {
    return document.classNames;
  }

  /** The number of classes; a record's label is from 0 to one less. */
  public int classes() {
    return document.classNames.size();
  }

  /**
   * Checks that it is for networks with a number of classes.
   *
   * @throws DataProblem if it has another
   */
  public void requireClasses(int number) {
    if (classes() != number) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "%s: has %d classes, the recipe has model.classes: %d; set model.classes to %d or name another data set",
              location,
              classes(),
              number,
              classes()));
    }
  }

  /**
   * Checks that labels mean the same in another data set: two of one source that were made apart
   * can have theirs in another order.
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

  /** What the shards call the first class: 0 or 1. {@link Record#label} is from 0 always. */
  public int labelBase() {
    return document.labelBase;
  }

  /** The number of records in all shards, at least 1. */
  public long records() {
    return document.records;
  }

  /** The shards; a {@link Range} names one by its position here. */
  public List<Shard> shards() {
    return document.shards;
  }

  /** The number of records of each shard, for a {@link DataPlan}. */
  public int[] recordsPerShard() {
    return document.shards.stream().mapToInt(Shard::records).toArray();
  }

  /** All records, a range for each shard that has any. */
  public List<Range> all() {
    int[] records = recordsPerShard();
    return IntStream.range(0, records.length)
        .filter(shard -> records[shard] > 0)
        .mapToObj(shard -> new Range(shard, 0, records[shard]))
        .toList();
  }

  /** SHA-256 of the description, and so, through the shards' checksums, of all the data. */
  public String fingerprint() {
    return document.fingerprint;
  }

  /**
   * Opens consecutive records of a shard: reads the shard's index, then only their bytes.
   *
   * @throws DataProblem if the index or the shard is missing or damaged
   */
  public TarShard.Reader read(Range range) throws IOException {
    Shard shard = document.shards.get(range.shard());
    ObjectStore store = store();
    return new TarShard.Reader(this, store, shard, index(store, shard), range);
  }

  /** Opens bytes of a shard, from this machine if it is kept there. */
  public InputStream open(ObjectStore store, Shard shard, long offset, long length)
      throws IOException {
    return kept.bytes == 0
        ? store.readRange(shard.name(), offset, length)
        : ShardCache.in(kept.path()).open(store, shard, offset, length, kept.bytes);
  }

  /** A shard's name for messages: {@code shard sets/train/train-00000.tar}. */
  String nameOf(int shard) {
    return "shard " + location + "/" + document.shards.get(shard).name();
  }

  /** Where the shards are. */
  ObjectStore store() {
    return stores.open(location);
  }

  /**
   * A shard's index.
   *
   * @throws DataProblem if it is missing or damaged
   */
  static ShardIndex index(ObjectStore store, Shard shard) throws IOException {
    String where = "index " + store.location() + "/" + shard.indexName();
    int limit = ShardIndex.bytes(shard.records());
    byte[] bytes;
    try (InputStream in = store.readRange(shard.indexName(), 0, limit + 1L)) {
      bytes = in.readNBytes(limit + 1);
    } catch (FileNotFoundException e) {
      throw new DataProblem(where + ": is missing; " + MAKE_AGAIN, e);
    }
    if (!Sha256.of(bytes).equals(shard.indexSha256())) {
      throw new DataProblem(
          where + ": has another SHA-256 than " + DESCRIPTION + " says; " + MAKE_AGAIN);
    }
    return ShardIndex.read(bytes, where, shard.records(), shard.bytes());
  }

  private static Document parse(ObjectStore store) throws IOException {
    String where = store.location() + "/" + DESCRIPTION;
    byte[] bytes;
    try {
      bytes = store.readBytes(DESCRIPTION, MAX_DESCRIPTION);
    } catch (FileNotFoundException e) {
      throw new DataProblem(
          "%s: no data set here (%s is missing); make one with 'googlenet prepare'"
              .formatted(store.location(), DESCRIPTION),
          e);
    }
    try {
      JsonNode tree = JSON.readTree(bytes);
      if (!tree.path("format").asText().equals(FORMAT) || tree.path("version").asInt() != VERSION) {
        throw new DataProblem(
            String.format(
                    Locale.ROOT,
                    "%s: is not a description of format %s, version %d; make the data set with this",
                    where,
                    FORMAT,
                    VERSION)
                + " version's 'googlenet prepare'");
      }
      return JSON.treeToValue(tree, Document.class);
    } catch (IOException e) {
      // The bytes are in memory, so this is about them: their JSON or their encoding.
      String message =
          e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
      String reason = message.lines().findFirst().orElse("not JSON");
      throw new DataProblem(where + ": " + reason + "; " + MAKE_AGAIN, e);
    }
  }

  private void checkDescription() {
    checkShards();
    check(classes() > 0, "has no class names");
    check(Set.copyOf(classNames()).size() == classes(), "names a class twice");
    check(document.labelBase == 0 || document.labelBase == 1, "has a label base beside 0 and 1");
    check(
        document.equals(document.fingerprinted()),
        "has a fingerprint that is not that of its content");
    if (records() == 0) {
      throw new DataProblem(
          "%s: split '%s' has no records; make it with 'googlenet prepare' from images"
              .formatted(location, split()));
    }
  }

  private void checkShards() {
    Set<String> names = new HashSet<>();
    long sum = 0;
    for (Shard shard : shards()) {
      check(SHARD_NAME.matcher(shard.name()).matches(), "has a shard not called NAME.tar");
      check(names.add(shard.name()), "names a shard twice");
      check(
          SHA_256.matcher(shard.sha256()).matches()
              && SHA_256.matcher(shard.indexSha256()).matches(),
          "gives " + shard.name() + " a checksum that is no SHA-256");
      check(
          shard.records() >= 0 && shard.records() <= ShardIndex.MAX_RECORDS && shard.bytes() >= 0,
          "gives " + shard.name() + " an impossible size");
      sum += shard.records();
    }
    check(sum == records(), "has another number of records than its shards together");
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new DataProblem(
          "%s/%s: %s; %s".formatted(location, DESCRIPTION, otherwise, MAKE_AGAIN));
    }
  }

  private static boolean isThere(ObjectStore store, Shard shard) throws IOException {
    try (InputStream in = store.readRange(shard.name(), 0, 1)) {
      return in.read() >= 0;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** A listing gives sizes where it has them; whether a shard is there its name decides. */
  void checkObjects(ObjectStore store) throws IOException {
    Map<String, Long> bytes =
        store.list("").stream()
            .collect(Collectors.toMap(ObjectStore.Entry::name, ObjectStore.Entry::bytes));
    for (Shard shard : shards()) {
      Long found = bytes.get(shard.name());
      if (found == null && isThere(store, shard)) {
        continue; // a listing may come late
      }
      String where = "shard " + location + "/" + shard.name();
      if (found == null) {
        throw new DataProblem(where + ": is missing; " + MAKE_AGAIN);
      }
      if (found != shard.bytes()) {
        throw new DataProblem(
            String.format(
                Locale.ROOT,
                "%s: has %d bytes and not %d as %s says%s; %s",
                where,
                found,
                shard.bytes(),
                DESCRIPTION,
                found < shard.bytes() ? " (truncated)" : "",
                MAKE_AGAIN));
      }
    }
  }

  private static byte[] json(Document document, boolean indented) {
    try {
      String text =
          indented
              ? JSON.writeValueAsString(document) + "\n"
              : JSON.writer()
                  .without(SerializationFeature.INDENT_OUTPUT)
                  .writeValueAsString(document);
      return text.getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a description always has a JSON form", e);
    }
  }
}
