package org.googlenet.data.format;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.googlenet.storage.ObjectStore;

/**
 * A shard in its store: what a format reads it from.
 *
 * @param store the data set's; for what lies beside the shard, such as an index
 * @param shard as the data set's description has it
 * @param bytes opens bytes of the shard itself, which may be kept on this machine
 */
public record ShardSource(ObjectStore store, Shard shard, Bytes bytes) {

  /** Opens bytes of a shard's object, as {@link ObjectStore#readRange} does. */
  @FunctionalInterface
  public interface Bytes {

    InputStream open(long offset, long length) throws IOException;
  }

  /** A shard that is read from the store. */
  public ShardSource(ObjectStore store, Shard shard) {
    this(store, shard, (offset, length) -> store.readRange(shard.name(), offset, length));
  }

  /** The shard's name for messages: {@code shard sets/train/train-00000.tar}. */
  public String where() {
    return "shard " + store.location() + "/" + shard.name();
  }

  /**
   * Opens bytes of the shard; the stream ends early if the shard does.
   *
   * @throws DataProblem if the shard is missing
   */
  public InputStream open(long offset, long length) throws IOException {
    try {
      return bytes.open(offset, length);
    } catch (FileNotFoundException e) {
      throw new DataProblem(where() + ": is missing; " + DataProblem.MAKE_AGAIN, e);
    }
  }
}
