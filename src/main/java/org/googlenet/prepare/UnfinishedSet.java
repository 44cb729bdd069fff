package org.googlenet.prepare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.TarShard;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * What a data set's output holds until the data set is finished, beside shards: {@code
 * prepare.json}, which says what the shards are called, and in {@code prepare/} a note for each
 * that is finished. So the next job with this output keeps shards that would be the same, removes
 * those that it would not write, and touches nothing else.
 *
 * @param location of the output
 */
record UnfinishedSet(Stores stores, String location) implements Serializable {

  private static final String BEGUN = "prepare.json";
  private static final String FORMAT = "googlenet-prepare";
  private static final int VERSION = 1;
  private static final int MAX_BYTES = 64 << 20;

  /** What a shard is called; nothing else is ever deleted. */
  private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9_-]+-[0-9]{5,}\\.tar");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /** The content of {@code prepare.json}. */
  private record Begun(String format, int version, List<String> shards) {}

  /**
   * The content of a note.
   *
   * @param plan of the shard ({@link ShardTask#plan})
   */
  private record Note(String plan, Shard shard) {}

  ObjectStore store() {
    return stores.open(location);
  }

  /**
   * Removes what an earlier job has left and this one would not write, and says what it writes.
   *
   * @throws DataProblem if there is a shard of the split that no job has said that it writes
   */
  void begin(JavaSparkContext spark, String split, List<String> shards) throws IOException {
    Set<String> known = Set.copyOf(begun());
    for (ObjectStore.Entry entry : store().list("")) {
      String name = entry.name();
      if (name.matches(split + "-[0-9]{5,}\\.tar") && !known.contains(name)) {
        throw new DataProblem(
            "%s/%s: is in the way, and not left over by 'googlenet prepare'; delete it, or name another output"
                .formatted(location, name));
      }
    }
    Set<String> wanted = Set.copyOf(shards);
    inTasks(spark, known.stream().filter(name -> !wanted.contains(name)).toList(), this::remove);
    overwrite(BEGUN, new Begun(FORMAT, VERSION, shards));
  }

  /** The names of the shards that an earlier job began to write; none if there was none. */
  private List<String> begun() throws IOException {
    String where = location + "/" + BEGUN;
    try {
      Begun begun = JSON.readValue(store().readBytes(BEGUN, MAX_BYTES), Begun.class);
      if (!FORMAT.equals(begun.format())
          || begun.version() != VERSION
          || !begun.shards().stream().allMatch(name -> SHARD.matcher(name).matches())) {
        throw new DataProblem(
            where + ": is not what this version writes; name another output, or delete it");
      }
      return begun.shards();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (JsonProcessingException e) {
      throw new DataProblem(where + ": is damaged; name another output, or delete it", e);
    }
  }

  /** A shard of the same plan that is there already. */
  Optional<Shard> finished(String name, String plan) throws IOException {
    try {
      Note note = JSON.readValue(store().readBytes(noteOf(name), MAX_BYTES), Note.class);
      return Optional.of(note.shard())
          .filter(shard -> note.plan().equals(plan) && shard.name().equals(name))
          .filter(this::isThere);
    } catch (FileNotFoundException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private boolean isThere(Shard shard) {
    try {
      return TarShard.isThere(store(), shard);
    } catch (IOException e) {
      throw StorageProblem.at(location + "/" + shard.name(), e);
    }
  }

  /** Says that a shard is finished. */
  void note(Shard shard, String plan) throws IOException {
    overwrite(noteOf(shard.name()), new Note(plan, shard));
  }

  /** Takes back that a shard is finished; to be called before it is written again. */
  void forget(String name) throws IOException {
    store().delete(noteOf(name));
  }

  /** Leaves only the data set, which is finished. */
  void end(JavaSparkContext spark, List<String> shards) throws IOException {
    inTasks(spark, shards, this::forget);
    store().delete(BEGUN);
  }

  private void remove(String name) throws IOException {
    forget(name);
    TarShard.delete(store(), name);
  }

  /** There may be thousands of shards, and a store may take its time over each. */
  private void inTasks(JavaSparkContext spark, List<String> shards, Change change) {
    if (!shards.isEmpty()) {
      spark
          .parallelize(new ArrayList<>(shards))
          .foreach(
              name -> {
                try {
                  change.to(name);
                } catch (IOException e) {
                  throw StorageProblem.at(location + "/" + name, e);
                }
              });
    }
  }

  /** Changes what is there of a shard. */
  @FunctionalInterface
  private interface Change extends Serializable {
    void to(String shard) throws IOException;
  }

  private void overwrite(String name, Object content) throws IOException {
    store().overwrite(name, ObjectStore.Body.of(JSON.writeValueAsBytes(content)));
  }

  private static String noteOf(String shard) {
    return "prepare/" + shard.replaceFirst("\\.tar$", ".json");
  }
}
