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
 */
public record ShardSource(
    ObjectStore shards,
    ObjectStore beside,
    Shard shard,
    Bytes bytes,
    Function<String, ObjectStore> elsewhere) {

  /** Opens bytes of a shard's object, as {@link ObjectStore#readRange} does. */
  @FunctionalInterface
  public interface Bytes {

    InputStream open(long offset, long length) throws IOException;
  }

  /** A shard that is read from its store. */
  public ShardSource(ObjectStore shards, ObjectStore beside, Shard shard) {
    this(
        shards,
        beside,
        shard,
        (offset, length) -> shards.readRange(shard.name(), offset, length),
        new Stores(Map.of())::open);
  }

  /** A shard that lies beside the description, and is read from there. */
  public ShardSource(ObjectStore store, Shard shard) {
    this(store, store, shard);
  }

  /** A shard that lies beside the description, and may be kept on this machine. */
  public ShardSource(ObjectStore store, Shard shard, Bytes bytes) {
    this(store, store, shard, bytes, new Stores(Map.of())::open);
  }

  /** The same shard, with its bytes from another place. */
  public ShardSource with(Bytes other) {
    return new ShardSource(shards, beside, shard, other, elsewhere);
  }

  /** The same shard, with the stores of the places that it names. */
  public ShardSource with(Stores stores) {
    return new ShardSource(shards, beside, shard, bytes, stores::open);
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
