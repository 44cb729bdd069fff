package org.googlenet.data.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.googlenet.data.image.Images;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Shards that are compressed as a whole. */
class PackedShardTest {

  @Test
  void whatLiesBehindDamageIsNotUnpackedAgainForEachRecord() throws IOException {
    List<StoredRecord> records = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      records.add(new StoredRecord("r" + i, Images.jpeg(90, 80, i), "0"));
    }
    ObjectStore store = new MemoryStore();
    byte[] packed = ForeignShards.gzip(ForeignShards.webDataset(records));
    Shard shard = ForeignShards.index(store, "x.tgz", packed, ForeignShards.BY_DEFAULT).shard();
    byte[] torn = Arrays.copyOf(packed, packed.length / 2);
    AtomicInteger opened = new AtomicInteger();
    ShardSource source =
        new ShardSource(store, shard)
            .with(
                (offset, length) -> {
                  opened.incrementAndGet();
                  return new ByteArrayInputStream(torn);
                });
    int read = 0;
    int damaged = 0;
    try (RecordReader reader = new WebDatasetFormat().index(source).read(0, records.size())) {
      for (int i = 0; i < records.size(); i++) {
        try {
          assertThat(reader.next().key()).isEqualTo("r" + i);
          read++;
        } catch (DamagedRecord e) {
          assertThat(e).hasMessageContaining("record r" + i).hasMessageContaining("truncated");
          damaged++;
        }
      }
      assertThat(reader.next()).isNull();
    }
    assertThat(read).isBetween(5, 12);
    assertThat(damaged).isEqualTo(records.size() - read);
    assertThat(opened).hasValue(1);
  }

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
