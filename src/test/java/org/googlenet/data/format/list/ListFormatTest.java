package org.googlenet.data.format.list;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.googlenet.data.format.ForeignShards;
import org.googlenet.data.ShardIndexer;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardFormat;
import org.googlenet.data.format.ShardFormatContract;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.io.TempDir;

class ListFormatTest extends ShardFormatContract {

  @TempDir private Path folder;

  @Override
  protected ShardFormat format() {
    return new ListFormat();
  }

  @Override
  protected String shardName() {
    return "train-00000.jsonl";
  }

  @Override
  protected Shard write(ObjectStore store, String name, List<StoredRecord> records)
      throws IOException {
    ByteArrayOutputStream shard = new ByteArrayOutputStream();
    for (int i = 0; i < records.size(); i++) {
      StoredRecord record = records.get(i);
      Path image = folder.resolve(record.key() + ".img");
      Files.createDirectories(image.getParent());
      Files.write(image, record.image());
      ListLine line = ListLine.image(i + 1, image.toString(), record.label(), record.key());
      shard.writeBytes(line.toBytes());
    }
    store.overwrite(name, ObjectStore.Body.of(shard.toByteArray()));
    Shard described = new Shard(name, 0, shard.size(), "", "");
    return ShardIndexer.index(
            new ShardSource(store, described), new ListFormat(), ForeignShards.BY_DEFAULT, false)
        .shard();
  }
}
