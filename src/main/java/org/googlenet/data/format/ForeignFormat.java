package org.googlenet.data.format;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.googlenet.common.NamedServices;

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
   * The format of a shard by its first bytes; empty if no format of others' knows them.
   *
   * @throws DataProblem if the shard is missing
   */
  static Optional<ForeignFormat> of(ShardSource source) throws IOException {
    byte[] start = start(source);
    NamedServices<ShardFormat> all = ShardFormat.all();
    for (String name : all.names()) {
      if (all.get(name) instanceof ForeignFormat format && format.recognises(start)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  private static byte[] start(ShardSource source) throws IOException {
    byte[] packed;
    try (InputStream in = source.open(0, Math.min(source.shard().bytes(), 16 * START))) {
      packed = in.readAllBytes();
    }
    InputStream content = Packing.of(packed).open(new ByteArrayInputStream(packed));
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    try {
      int next = content.read();
      while (next >= 0 && start.size() < START) {
        start.write(next);
        next = content.read();
      }
    } catch (Packing.Damaged e) {
      // What could be unpacked before is enough, or nobody will know it.
      return start.toByteArray();
    }
    return start.toByteArray();
  }

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
