package org.googlenet.data.format;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the indexes of shards that were used last, up to a total size: a training reads a block
 * here and a block there of each shard, and each time it needs the shard's index.
 */
final class IndexCache {

  private final long limit;

  /** The least recently used first; guarded by this. */
  private final Map<Key, Index> kept = new LinkedHashMap<>(16, 0.75f, true);

  private long bytes;

  /** A shard, by where it lies and what its description says of its content. */
  private record Key(String location, Shard shard, Class<?> type) {}

  /** An index as its format has parsed it, which nothing changes any more. */
  private record Index(Object parsed, long bytes) {}

  /**
   * An empty cache.
   *
   * @param limit the most bytes that it keeps
   */
  IndexCache(long limit) {
    this.limit = limit;
  }

  /**
   * A shard's index: the one that is kept, or one that is read now, while others may be looked up.
   *
   * @param location of the shard's data set
   * @param type of the index
   * @param size about how many bytes of heap it takes
   */
  <T> T get(
      String location, Shard shard, Class<T> type, long size, ShardSource.IndexReader<T> reader)
      throws IOException {
    Key key = new Key(location, shard, type);
    synchronized (this) {
      Index index = kept.get(key);
      if (index != null) {
        return type.cast(index.parsed);
      }
    }
    T read = reader.read();
    put(key, new Index(read, size));
    return read;
  }

  private synchronized void put(Key key, Index index) {
    if (index.bytes > limit) {
      return;
    }
    Index before = kept.put(key, index);
    bytes += index.bytes - (before == null ? 0 : before.bytes);
    for (Iterator<Index> eldest = kept.values().iterator(); bytes > limit; ) {
      bytes -= eldest.next().bytes;
      eldest.remove();
    }
  }
}
