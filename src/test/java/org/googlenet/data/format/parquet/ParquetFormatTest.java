package org.googlenet.data.format.parquet;

import java.io.IOException;
import java.util.List;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardFormat;
import org.googlenet.data.format.ShardFormatContract;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.storage.ObjectStore;

class ParquetFormatTest extends ShardFormatContract {

  @Override
  protected ShardFormat format() {
    return new ParquetFormat();
  }

  @Override
  protected String shardName() {
    return "train-00000-of-00257.parquet";
  }

  @Override
  protected Shard write(ObjectStore store, String name, List<StoredRecord> records)
      throws IOException {
    byte[] file = ParquetFiles.of(records, ParquetFiles.Layout.SMALL);
    store.overwrite(name, ObjectStore.Body.of(file));
    return Scanned.of(new ParquetFormat(), store, name, new Fields("", "", "id"))
        .index(store, name);
  }
}
