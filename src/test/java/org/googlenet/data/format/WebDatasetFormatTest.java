package org.googlenet.data.format;

import java.io.IOException;
import java.util.List;
import org.googlenet.storage.ObjectStore;

class WebDatasetFormatTest extends ShardFormatContract {

  @Override
  protected ShardFormat format() {
    return new WebDatasetFormat();
  }

  @Override
  protected String shardName() {
    return "train-000.tar";
  }

  @Override
  protected Shard write(ObjectStore store, String name, List<StoredRecord> records)
      throws IOException {
    byte[] shard = ForeignShards.webDataset(records);
    return ForeignShards.index(store, name, shard, ForeignShards.BY_DEFAULT).shard();
  }
}
