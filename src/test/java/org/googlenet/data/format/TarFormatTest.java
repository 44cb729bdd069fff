package org.googlenet.data.format;

import java.io.IOException;
import java.util.List;
import org.googlenet.storage.ObjectStore;

/** Tars keep what a format promises. */
class TarFormatTest extends ShardFormatContract {

  @Override
  protected ShardFormat format() {
    return new TarFormat();
  }

  @Override
  protected String shardName() {
    return "train-00000.tar";
  }

  @Override
  protected Shard write(ObjectStore store, String name, List<StoredRecord> records)
      throws IOException {
    return TarShard.write(
        store,
        name,
        sink -> {
          for (StoredRecord record : records) {
            sink.add(new Record(record.key(), record.image(), Integer.parseInt(record.label())));
          }
        });
  }
}
