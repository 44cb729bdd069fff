package org.googlenet.data.format;

import java.io.IOException;
import java.util.List;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Nested;

/** Shards that are compressed as a whole. */
class PackedShardTest {

  @Nested
  class Gzip extends ShardFormatContract {

    @Override
    protected ShardFormat format() {
      return new WebDatasetFormat();
    }

    @Override
    protected String shardName() {
      return "a/train-000.tgz";
    }

    @Override
    protected Shard write(ObjectStore store, String name, List<StoredRecord> records)
        throws IOException {
      byte[] shard = ForeignShards.gzip(ForeignShards.webDataset(records));
      return ForeignShards.index(store, name, shard, ForeignShards.BY_DEFAULT).shard();
    }
  }

  @Nested
  class Zstd extends ShardFormatContract {

    @Override
    protected ShardFormat format() {
      return new TfRecordFormat();
    }

    @Override
    protected String shardName() {
      return "train.tfrecord.zst";
    }

    @Override
    protected Shard write(ObjectStore store, String name, List<StoredRecord> records)
        throws IOException {
      byte[] shard = ForeignShards.zstd(ForeignShards.tfRecord(records));
      return ForeignShards.index(store, name, shard, ForeignShards.BY_DEFAULT).shard();
    }
  }
}
