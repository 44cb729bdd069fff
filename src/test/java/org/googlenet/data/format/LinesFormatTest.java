package org.googlenet.data.format;

import java.io.IOException;
import java.util.List;
import org.googlenet.storage.ObjectStore;

/** The contract holds a format without objects for indexes, too. */
class LinesFormatTest extends ShardFormatContract {

  @Override
  protected ShardFormat format() {
    return new LinesFormat();
  }

  @Override
  protected String shardName() {
    return "part-0.txt";
  }

  @Override
  protected Shard write(ObjectStore store, String name, List<StoredRecord> records)
      throws IOException {
    return LinesFormat.write(store, name, records);
  }
}
