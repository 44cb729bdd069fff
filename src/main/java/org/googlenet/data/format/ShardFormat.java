package org.googlenet.data.format;

import java.io.IOException;
import java.util.List;
import org.googlenet.common.Named;
import org.googlenet.common.NamedServices;
import org.googlenet.storage.ObjectStore;

/**
 * A way in which the records of a data set lie in objects: which objects are shards, where the
 * records of one lie, and how some of them are read.
 *
 * <p>An implementation has no state, is for any number of threads, and promises:
 *
 * <ul>
 *   <li>The same shard gives the same records, with the same keys, in the same order, whatever
 *       range of it is read.
 *   <li>Bytes of a shard come from {@link ShardSource#open} alone, so that a shard may be kept on
 *       the machine that reads it.
 *   <li>A shard or index that is missing, truncated or damaged is a {@link DataProblem} that names
 *       it, or reads as other records; it never takes more memory than the shard is long.
 * </ul>
 *
 * <p>A format is found by its name, which is what a data set's description calls it. Classes are
 * not its subject: it hands labels on as they are written, and {@link Labels} know what they mean.
 * A format without objects for indexes makes an index when it is asked for it.
 */
public interface ShardFormat extends Named {

  /** The format of a data set whose description names none. */
  String DEFAULT = TarFormat.NAME;

  /** The formats that there are. */
  static NamedServices<ShardFormat> all() {
    return NamedServices.of(ShardFormat.class, "shard format");
  }

  /** Whether an object of this name is a shard; it is a name without a folder. */
  boolean isShard(String object);

  /** How shards are called, for messages: {@code NAME.tar}. */
  String shardNames();

  /** Whether each shard has an index in an object of its own, which has a checksum. */
  boolean hasIndexObjects();

  /** The shards that a listing of a place shows, with their lengths, sorted by name. */
  default List<ObjectStore.Entry> list(ObjectStore store) throws IOException {
    return store.list("").stream()
        .filter(entry -> entry.name().indexOf('/') < 0 && isShard(entry.name()))
        .toList();
  }

  /**
   * Finds out where the records of a shard lie, from its index or from itself.
   *
   * @throws DataProblem if the index is missing, damaged or that of another shard
   */
  IndexedShard index(ShardSource source) throws IOException;
}
