package org.googlenet.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.googlenet.common.LookUpProblem;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Labels;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardFormat;
import org.googlenet.data.format.ShardIndex;
import org.googlenet.storage.Location;
import org.googlenet.storage.ObjectStore;

/**
 * The content of {@code dataset.json}: it is read, written and checked here, and carries its own
 * fingerprint.
 *
 * @param shardFormat the name of the shards' {@link ShardFormat}; the file leaves out {@link
 *     ShardFormat#DEFAULT}, as the first version did, so that its fingerprints stay the same
 * @param shardsIn path or URI of the folder where the shards lie, to which their names are
 *     relative; empty if that is the description's own. It is left out of the file then, and of the
 *     fingerprint always: shards that have moved are the same data
 * @param records number of records in all shards
 * @param labelBase the label of the first class in the shards
 */
@JsonPropertyOrder({
  "format",
  "version",
  "shardFormat",
  "shardsIn",
  "split",
  "records",
  "labelBase",
  "classNames",
  "shards",
  "fingerprint"
})
record Description(
    String format,
    int version,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = ByDefault.class)
        String shardFormat,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String shardsIn,
    String split,
    long records,
    int labelBase,
    List<String> classNames,
    List<Shard> shards,
    String fingerprint)
    implements Serializable {

  private static final String FORMAT = "googlenet-dataset";
  private static final int VERSION = 1;
  private static final String SHARD_FORMAT = "shardFormat";
  private static final String SHARDS_IN = "shardsIn";
  private static final int MAX_BYTES = 64 << 20;

  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  Description {
    classNames = List.copyOf(classNames);
    shards = List.copyOf(shards);
  }

  /** Tells Jackson what to leave out: it is equal to the default format. */
  static final class ByDefault {

    @Override
    public boolean equals(Object value) {
      return ShardFormat.DEFAULT.equals(value);
    }

    @Override
    public int hashCode() {
      return ShardFormat.DEFAULT.hashCode();
    }
  }

  /** Describes shards that lie beside it and whose first label is 0. */
  static Description of(
      String shardFormat, String split, List<String> classNames, List<Shard> shards) {
    return of(shardFormat, "", split, new Labels(classNames, 0), shards);
  }

  /** Describes shards that lie elsewhere. */
  static Description of(
      String shardFormat, String shardsIn, String split, Labels labels, List<Shard> shards) {
    long records = shards.stream().mapToLong(Shard::records).sum();
    return new Description(
            FORMAT,
            VERSION,
            shardFormat,
            shardsIn,
            split,
            records,
            labels.first(),
            labels.classNames(),
            shards,
            "")
        .fingerprinted();
  }

  /**
   * Reads a description; it is not checked yet.
   *
   * @throws DataProblem if there is none, or it is not a description
   */
  static Description read(ObjectStore store) throws IOException {
    String where = store.location() + "/" + Shard.DESCRIPTION;
    byte[] bytes;
    try {
      bytes = store.readBytes(Shard.DESCRIPTION, MAX_BYTES);
    } catch (FileNotFoundException e) {
      throw new DataProblem(
          "%s: no data set here (%s is missing); make one with 'googlenet prepare'"
              .formatted(store.location(), Shard.DESCRIPTION),
          e);
    }
    try {
      return parse(bytes, where);
    } catch (IOException e) {
      // The bytes are in memory, so the failure is about their JSON or their encoding.
      String message =
          e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
      String reason = message.lines().findFirst().orElse("not JSON");
      throw new DataProblem(where + ": " + reason + "; " + DataProblem.MAKE_AGAIN, e);
    }
  }

  private static Description parse(byte[] bytes, String where) throws IOException {
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
    if (!tree.has(SHARD_FORMAT)) {
      ((ObjectNode) tree).put(SHARD_FORMAT, ShardFormat.DEFAULT);
    }
    if (!tree.has(SHARDS_IN)) {
      ((ObjectNode) tree).put(SHARDS_IN, "");
    }
    return JSON.treeToValue(tree, Description.class);
  }

  byte[] toBytes() {
    return json(JSON.writer(), "\n");
  }

  /** The same with the fingerprint of its content. */
  private Description fingerprinted() {
    String sha256 =
        Sha256.of(with("", "").json(JSON.writer().without(SerializationFeature.INDENT_OUTPUT), ""));
    return with(shardsIn, sha256);
  }

  private Description with(String place, String sha256) {
    return new Description(
        format, version, shardFormat, place, split, records, labelBase, classNames, shards, sha256);
  }

  private byte[] json(ObjectWriter writer, String end) {
    try {
      return (writer.writeValueAsString(this) + end).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a description always has a JSON form", e);
    }
  }

  /**
   * The format of the shards.
   *
   * @param location the data set's, for messages
   * @throws DataProblem if no such format is on the class path
   */
  ShardFormat formatOfShards(String location) {
    try {
      return ShardFormat.all().get(shardFormat);
    } catch (LookUpProblem e) {
      throw new DataProblem("%s/%s: %s".formatted(location, Shard.DESCRIPTION, e.getMessage()), e);
    }
  }

  /**
   * Checks that it is consistent.
   *
   * @param location the data set's, for messages
   * @throws DataProblem if it is not, or there are no records
   */
  void check(String location) {
    new Check(location).run();
  }

  private final class Check {

    private final String location;

    Check(String location) {
      this.location = location;
    }

    void run() {
      shards(formatOfShards(location));
      require(
          shardsIn.isEmpty() || isPlace(shardsIn),
          "has shardsIn '" + shardsIn + "', which is not an absolute path or a URI of a folder");
      require(!classNames.isEmpty(), "has no class names");
      require(Set.copyOf(classNames).size() == classNames.size(), "names a class twice");
      require(labelBase == 0 || labelBase == 1, "has a label base beside 0 and 1");
      require(
          Description.this.equals(fingerprinted()),
          "has a fingerprint that is not that of its content");
      if (records == 0) {
        throw new DataProblem(
            "%s: split '%s' has no records; make it with 'googlenet prepare' from images"
                .formatted(location, split));
      }
    }

    private void shards(ShardFormat shardFormat) {
      Set<String> names = new HashSet<>();
      long sum = 0;
      for (Shard shard : shards) {
        String name = shard.name();
        require(
            ObjectStore.isName(name) && shardFormat.isShard(name),
            "has a shard not called " + shardFormat.shardNames());
        require(names.add(name), "names a shard twice");
        require(
            isSha256(shard.sha256())
                && (shardFormat.hasIndexObjects()
                    ? isSha256(shard.indexSha256())
                    : shard.indexSha256().isEmpty()),
            "gives " + name + " a checksum that is no SHA-256");
        require(
            shard.records() >= 0 && shard.records() <= ShardIndex.MAX_RECORDS && shard.bytes() >= 0,
            "gives " + name + " an impossible size");
        sum += shard.records();
      }
      require(sum == records, "has another number of records than its shards together");
    }

    private void require(boolean holds, String otherwise) {
      if (!holds) {
        throw new DataProblem(
            "%s/%s: %s; %s"
                .formatted(location, Shard.DESCRIPTION, otherwise, DataProblem.MAKE_AGAIN));
      }
    }
  }

  /** A folder as {@link Location} writes it. */
  private static boolean isPlace(String text) {
    return Location.isAbsolute(text) && (!text.endsWith("/") || Location.absolute(text).isRoot());
  }

  private static boolean isSha256(String text) {
    return SHA_256.matcher(text).matches();
  }
}
