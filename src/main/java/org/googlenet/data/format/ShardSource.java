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
 * @param keepsIndex whether a parsed index may come from this JVM's memory
 */
public record ShardSource(ObjectStore store, Shard shard, Bytes bytes, boolean keepsIndex) {

  /** The most heap that the parsed indexes take that this JVM keeps. */
  public static final long INDEX_BYTES = 32L << 20;

  /**
   * It belongs to the JVM since every task of a round reads blocks of every shard, and Spark does
   * not give tasks any other place that outlives them. What is read does not depend on it.
   */
  private static final IndexCache INDEXES = new IndexCache(INDEX_BYTES);

  /** Opens bytes of a shard's object, as {@link ObjectStore#readRange} does. */
  @FunctionalInterface
  public interface Bytes {

    InputStream open(long offset, long length) throws IOException;
  }

  /** Reads a shard's index. */
  @FunctionalInterface
  public interface IndexReader<T> {

    T read() throws IOException;
  }

  /** A shard that is read from the store, as is its index each time. */
  public ShardSource(ObjectStore store, Shard shard) {
    this(store, shard, (offset, length) -> store.readRange(shard.name(), offset, length));
  }

  /** A shard whose index is read from the store each time. */
  public ShardSource(ObjectStore store, Shard shard, Bytes bytes) {
    this(store, shard, bytes, false);
  }

  /** The same shard, but a parsed index may come from this JVM's memory. */
  public ShardSource keepingIndex() {
    return new ShardSource(store, shard, bytes, true);
  }

  /** The same shard, its bytes opened by something else. */
  public ShardSource openedBy(Bytes other) {
    return new ShardSource(store, shard, other, keepsIndex);
  }

  /**
   * The shard's index: from this JVM's memory if that is allowed and it is there, otherwise read.
   *
   * @param type of the parsed index, which nothing may change any more
   * @param size about how many bytes of heap it takes
   */
  public <T> T index(Class<T> type, long size, IndexReader<T> reader) throws IOException {
    return keepsIndex ? INDEXES.get(store.location(), shard, type, size, reader) : reader.read();
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
