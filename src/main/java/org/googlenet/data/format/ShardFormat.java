package org.googlenet.data.format;

import java.io.IOException;
import org.googlenet.common.Named;
import org.googlenet.common.NamedServices;

/**
 * How the records of a data set lie in objects: which objects are shards, where the records of one
 * lie, and how some of them are read.
 *
 * <p>An implementation does not have state, can be used by any number of threads, and promises:
 *
 * <ul>
 *   <li>The same shard gives the same records, with the same keys, in the same order, whatever
 *       range of it is read.
 *   <li>The bytes of a shard are read through {@link ShardSource#open} only, so that a shard may be
 *       kept on the machine that reads it.
 *   <li>A shard or index that is missing, truncated or damaged is a {@link DataProblem} that names
 *       it, or is read as other records; reading it never takes more memory than the shard's
 *       length.
 * </ul>
 *
 * <p>A format is found by the name that a data set's description gives. It does not know classes:
 * it passes labels on as they are written, and {@link Labels} know what they mean. A format without
 * index objects makes an index when it is asked for one.
 */
public interface ShardFormat extends Named {

  /** The format of a data set whose description names none. */
  String DEFAULT = TarFormat.NAME;

  /** All formats on the class path. */
  static NamedServices<ShardFormat> all() {
    return NamedServices.of(ShardFormat.class, "shard format");
  }

  /** Whether an object of this name, which may have folders, can be a shard. */
  boolean isShard(String object);

  /** The pattern of shard names, for messages: {@code NAME.tar}. */
  String shardNames();

  /** Whether each shard has an index in a separate object, with a checksum. */
  boolean hasIndexObjects();

  /**
   * How many images a reader of some records has in memory or asks for at once, where the shards
   * only name images that lie elsewhere; 0 where shards have the images themselves.
   */
  default int imagesFromElsewhere() {
    return 0;
  }

  /**
   * Finds where the records of a shard lie, from its index or from the shard itself.
   *
   * @throws DataProblem if the index is missing, damaged or that of another shard
   */
  IndexedShard index(ShardSource source) throws IOException;
}
