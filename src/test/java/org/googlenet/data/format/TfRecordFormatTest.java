package org.googlenet.data.format;

import java.io.IOException;
import java.util.List;
import org.googlenet.storage.ObjectStore;

class TfRecordFormatTest extends ShardFormatContract {

  @Override
  protected ShardFormat format() {
    return new TfRecordFormat();
  }

  @Override
  protected String shardName() {
    return "train-00000-of-00128";
  }

  @Override
  protected Shard write(ObjectStore store, String name, List<StoredRecord> records)
      throws IOException {
    byte[] shard = ForeignShards.tfRecord(records);
    return ForeignShards.index(store, name, shard, ForeignShards.BY_DEFAULT).shard();
  }
}
