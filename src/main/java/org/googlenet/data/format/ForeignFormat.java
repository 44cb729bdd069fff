package org.googlenet.data.format;

import java.io.IOException;

/**
 * A shard format that others write: its shards stay as they are and where they are, and a {@link
 * RecordIndex} that a scan of each makes says which records are good and where their images lie.
 */
public interface ForeignFormat extends ShardFormat {

  /** How many bytes of a shard's content {@link #recognises} is shown, at most. */
  int START = 4096;

  /**
   * Whether a shard is of this format, by its first bytes.
   *
   * @param start of the content; of a packed shard, of what it contains
   */
  boolean recognises(byte[] start);

  /**
   * Reads a shard from the first byte to the last, and tells everything that is in it.
   *
   * @param source the shard; of its description only name and length are known yet
   * @return the SHA-256 of the shard's object, in hexadecimal
   * @throws DataProblem if an option does not fit the format
   * @throws IOException if the storage cannot be read
   */
  String scan(ShardSource source, Fields fields, ScanVisitor visitor) throws IOException;

  /** Any name: what is one is told by its content. */
  @Override
  default boolean isShard(String object) {
    return !object.equals(Shard.DESCRIPTION) && !RecordIndex.isNameOfOne(object);
  }

  @Override
  default String shardNames() {
    return "anything but " + Shard.DESCRIPTION + " and NAME.records";
  }

  @Override
  default boolean hasIndexObjects() {
    return true;
  }

  /** Finds the records by the index, with places in bytes. */
  @Override
  default IndexedShard index(ShardSource source) throws IOException {
    return new IndexedImages(source, RecordIndex.read(source));
  }
}
