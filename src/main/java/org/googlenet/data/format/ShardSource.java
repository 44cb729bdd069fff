package org.googlenet.data.format;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Function;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/**
 * A shard in its store: what a format reads it from.
 *
 * @param shards where the shard lies
 * @param beside where the data set's description lies, and with it what belongs to the shard, such
 *     as an index; often the same as {@code shards}
 * @param shard as the data set's description has it
 * @param bytes opens bytes of the shard itself, which may be kept on this machine
 * @param elsewhere opens other places that a shard names; none of them is kept
 * @param keepsIndex whether a parsed index may come from this JVM's memory
 */
public record ShardSource(
    ObjectStore shards,
    ObjectStore beside,
    Shard shard,
    Bytes bytes,
    Function<String, ObjectStore> elsewhere,
    boolean keepsIndex) {

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

  /** A shard that is read from its store, as is its index each time. */
  public ShardSource(ObjectStore shards, ObjectStore beside, Shard shard) {
    this(
        shards,
        beside,
        shard,
        (offset, length) -> shards.readRange(shard.name(), offset, length),
        new Stores(Map.of())::open,
        false);
  }

  /** A shard that lies beside the description, and is read from there. */
  public ShardSource(ObjectStore store, Shard shard) {
    this(store, store, shard);
  }

  /** A shard that lies beside the description, and may be kept on this machine. */
  public ShardSource(ObjectStore store, Shard shard, Bytes bytes) {
    this(store, store, shard, bytes, new Stores(Map.of())::open, false);
  }

  /** The same shard, with its bytes from another place. */
  public ShardSource with(Bytes other) {
    return new ShardSource(shards, beside, shard, other, elsewhere, keepsIndex);
  }

  /** The same shard, with the stores of the places that it names. */
  public ShardSource with(Stores stores) {
    return new ShardSource(shards, beside, shard, bytes, stores::open, keepsIndex);
  }

  /** The same shard, but a parsed index may come from this JVM's memory. */
  public ShardSource keepingIndex() {
    return new ShardSource(shards, beside, shard, bytes, elsewhere, true);
  }

  /**
   * The shard's index: from this JVM's memory if that is allowed and it is there, otherwise read.
   *
   * @param type of the parsed index, which nothing may change any more
   * @param size about how many bytes of heap it takes
   */
  public <T> T index(Class<T> type, long size, IndexReader<T> reader) throws IOException {
    return keepsIndex ? INDEXES.get(beside.location(), shard, type, size, reader) : reader.read();
  }

  /** The shard's name for messages: {@code shard sets/train/train-00000.tar}. */
  public String where() {
    return "shard " + shards.location() + "/" + shard.name();
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
