package org.googlenet.data.format;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;
import org.googlenet.common.Sha256;

/**
 * The format whose shards are tars in the WebDataset format, each with a {@link ShardIndex} in an
 * object beside it; {@link TarShard} writes them.
 */
public final class TarFormat implements ShardFormat {

  static final String NAME = "tar";

  private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*\\.tar");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean isShard(String object) {
    return SHARD.matcher(object).matches();
  }

  @Override
  public String shardNames() {
    return "NAME.tar";
  }

  @Override
  public boolean hasIndexObjects() {
    return true;
  }

  @Override
  public IndexedShard index(ShardSource source) throws IOException {
    long size = ShardIndex.bytes(source.shard().records());
    return new IndexedTar(source, source.index(ShardIndex.class, size, () -> readIndex(source)));
  }

  private static ShardIndex readIndex(ShardSource source) throws IOException {
    Shard shard = source.shard();
    String name = TarShard.indexName(shard.name());
    String where = "index " + source.beside().location() + "/" + name;
    int limit = ShardIndex.bytes(shard.records());
    byte[] bytes;
    try (InputStream in = source.beside().readRange(name, 0, limit + 1L)) {
      bytes = in.readNBytes(limit + 1);
    } catch (FileNotFoundException e) {
      throw new DataProblem(where + ": is missing; " + DataProblem.MAKE_AGAIN, e);
    }
    if (!Sha256.of(bytes).equals(shard.indexSha256())) {
      throw new DataProblem(
          "%s: has another SHA-256 than %s says; %s"
              .formatted(where, Shard.DESCRIPTION, DataProblem.MAKE_AGAIN));
    }
    return ShardIndex.read(bytes, where, shard.records(), shard.bytes());
  }
}
