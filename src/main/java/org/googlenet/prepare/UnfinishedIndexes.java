package org.googlenet.prepare;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.RecordIndex;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * What says that the indexes in an output are those of a job that has not made its data set: {@code
 * index-unfinished.json}. The next job takes those, and removes any others, whose shards may have
 * changed since.
 *
 * @param location of the output
 */
record UnfinishedIndexes(Stores stores, String location) implements Serializable {

  /** The object's name. */
  static final String BEGUN = "index-unfinished.json";

  private static final byte[] CONTENT =
      "{\"format\":\"googlenet-index\",\"version\":1}\n".getBytes(StandardCharsets.UTF_8);

  /**
   * Leaves only those indexes of the shards that an unfinished job has made.
   *
   * @throws DataProblem if an object in place of an index is something else
   */
  void begin(JavaSparkContext spark, List<String> shards) throws IOException {
    boolean isBegun = isBegun();
    spark.parallelize(shards).foreach(shard -> look(shard, isBegun));
    if (!isBegun) {
      store().overwrite(BEGUN, ObjectStore.Body.of(CONTENT));
    }
  }

  /** Says that the data set is made. */
  void end() throws IOException {
    store().delete(BEGUN);
  }

  private boolean isBegun() throws IOException {
    try {
      byte[] there = store().readStart(BEGUN, CONTENT.length + 1);
      if (!Arrays.equals(there, CONTENT)) {
        throw new DataProblem(
            "%s/%s: is not what this version writes; delete it, or name another output"
                .formatted(location, BEGUN));
      }
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private void look(String shard, boolean isKept) {
    ObjectStore store = store();
    try {
      if (RecordIndex.isThere(store, shard) && !isKept) {
        store.delete(RecordIndex.nameOf(shard));
      }
    } catch (IOException e) {
      throw StorageProblem.at(location + "/" + RecordIndex.nameOf(shard), e);
    }
  }

  private ObjectStore store() {
    return stores.open(location);
  }
}
