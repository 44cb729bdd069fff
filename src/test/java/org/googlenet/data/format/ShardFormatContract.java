package org.googlenet.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.googlenet.Mutations;
import org.googlenet.data.image.Images;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Body;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every shard format promises, whatever its shards look like. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public abstract class ShardFormatContract {

  private static final int RECORDS = 7;
  private static final int COPIES = 1_000;

  private final ObjectStore store = new MemoryStore();
  private List<StoredRecord> written;
  private Shard shard;

  /** The format. */
  protected abstract ShardFormat format();

  /** A name that a shard of the format may have. */
  protected abstract String shardName();

  /**
   * Writes a shard, with what belongs to it, by whatever means.
   *
   * @param records with labels from 0, and keys without dots
   */
  protected abstract Shard write(ObjectStore store, String name, List<StoredRecord> records)
      throws IOException;

  @BeforeEach
  void writeAShard() throws IOException {
    written = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      byte[] image = i % 2 == 0 ? Images.png(5 + i, 4, i) : Images.jpeg(5 + i, 4, i);
      String key = String.format(Locale.ROOT, "cats/r%03d", i);
      written.add(new StoredRecord(key, image, Integer.toString(i % 3)));
    }
    shard = write(store, shardName(), written);
  }

  private IndexedShard index() throws IOException {
    return format().index(new ShardSource(store, shard));
  }

  private static List<StoredRecord> read(IndexedShard index, int from, int to) throws IOException {
    List<StoredRecord> records = new ArrayList<>();
    try (RecordReader reader = index.read(from, to)) {
      for (StoredRecord next = reader.next(); next != null; next = reader.next()) {
        records.add(next);
      }
    }
    return records;
  }

  private void assertAre(List<StoredRecord> records, int from, int to) {
    assertThat(records)
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactlyElementsOf(written.subList(from, to));
  }

  @Test
  void aRangeIsBegunToBeReadWhenItIsOpened() throws IOException {
    AtomicInteger opened = new AtomicInteger();
    ShardSource.Bytes bytes =
        (offset, length) -> {
          opened.incrementAndGet();
          return store.readRange(shard.name(), offset, length);
        };
    try (RecordReader reader =
        format().index(new ShardSource(store, shard).with(bytes)).read(1, RECORDS)) {
      int before = opened.get();
      assertThat(before).isPositive();
      assertThat(reader.next().key()).isEqualTo(written.get(1).key());
      assertThat(opened).hasValue(before);
    }
  }

  @Test
  void theFormatIsFoundByItsName() {
    assertThat(ShardFormat.all().get(format().name())).hasSameClassAs(format());
  }

  @Test
  void aShardIsToldFromWhatLiesBesideIt() {
    assertThat(format().isShard(shardName())).isTrue();
    assertThat(format().isShard(Shard.DESCRIPTION)).isFalse();
    assertThat(format().shardNames()).isNotBlank();
  }

  @Test
  void aShardIsDescribedAsItIs() throws IOException {
    assertThat(shard.name()).isEqualTo(shardName());
    assertThat(shard.records()).isEqualTo(RECORDS).isEqualTo(index().records());
    assertThat(shard.indexSha256().isEmpty()).isNotEqualTo(format().hasIndexObjects());
  }

  @Test
  void theSameRecordsGiveTheSameShard() throws IOException {
    assertThat(write(new MemoryStore(), shardName(), written)).isEqualTo(shard);
  }

  @Test
  void eachRangeIsReadInTheOrderOfTheShard() throws IOException {
    IndexedShard index = index();
    for (int from = 0; from < RECORDS; from++) {
      for (int to = from + 1; to <= RECORDS; to++) {
        assertAre(read(index, from, to), from, to);
      }
    }
  }

  @Test
  void readersOfOneShardDoNotDisturbEachOther() throws IOException {
    IndexedShard index = index();
    try (RecordReader one = index.read(0, RECORDS);
        RecordReader other = index.read(2, RECORDS)) {
      for (int i = 0; i < RECORDS - 2; i++) {
        assertThat(one.next().key()).isEqualTo(written.get(i).key());
        assertThat(other.next().key()).isEqualTo(written.get(i + 2).key());
      }
      assertThat(other.next()).isNull();
      assertThat(other.next()).isNull();
    }
  }

  /** As where a machine keeps shards that it has read. */
  @Test
  void theBytesOfAShardComeFromItsSourceAlone() throws IOException {
    byte[] bytes = bytes();
    store.delete(shardName());
    ShardSource kept =
        new ShardSource(
            store,
            shard,
            (offset, length) -> {
              int to = (int) Math.min(bytes.length, offset + length);
              return new ByteArrayInputStream(Arrays.copyOfRange(bytes, (int) offset, to));
            });
    assertAre(read(format().index(kept), 1, RECORDS), 1, RECORDS);
  }

  @Test
  void lookingThroughAShardTellsEachRecordOnce() throws IOException {
    List<StoredRecord> told = new ArrayList<>();
    index().check(store.read(shardName()), new Told(told));
    assertAre(told, 0, RECORDS);
  }

  @Test
  void aShardThatIsMissingIsNamed() throws IOException {
    store.delete(shardName());
    assertThatThrownBy(() -> read(index(), 0, 1))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining(shardName())
        .message()
        .doesNotContain("\n");
  }

  @Test
  void aTruncatedShardIsNamed() throws IOException {
    byte[] bytes = bytes();
    store.overwrite(shardName(), Body.of(Arrays.copyOf(bytes, bytes.length / 2)));
    assertThatThrownBy(() -> read(index(), 0, RECORDS))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining(shardName());
  }

  @Test
  void eachRecordOfATruncatedShardIsReadOrNamedOrTheShardIsRefused() throws IOException {
    byte[] bytes = bytes();
    for (int length = 0; length < bytes.length; length += 97) {
      store.overwrite(shardName(), Body.of(Arrays.copyOf(bytes, length)));
      List<Integer> met = new ArrayList<>();
      try (RecordReader reader = index().read(0, RECORDS)) {
        while (met.size() < RECORDS) {
          meet(reader, met);
        }
        assertThat(reader.next()).isNull();
      } catch (DataProblem e) {
        assertThat(e).isNotInstanceOf(DamagedRecord.class);
        continue;
      }
      assertThat(met).containsExactlyElementsOf(IntStream.range(0, RECORDS).boxed().toList());
    }
  }

  private void meet(RecordReader reader, List<Integer> met) throws IOException {
    try {
      assertThat(reader.next().key()).isEqualTo(written.get(met.size()).key());
      met.add(met.size());
    } catch (DamagedRecord e) {
      assertThat(e).hasMessageContaining(shardName());
      met.add(e.position());
    }
  }

  @Test
  void aDamagedShardIsReadAsRecordsOrRefusedInOneLine() throws IOException {
    Mutations.Reader reader =
        damaged -> {
          store.overwrite(shardName(), Body.of(damaged));
          index().check(store.read(shardName()), new Told(new ArrayList<>()));
          for (StoredRecord record : read(index(), 0, RECORDS)) {
            assertThat(record.key()).isNotNull();
            assertThat(record.image()).isNotNull();
            assertThat(record.label()).isNotNull();
          }
        };
    byte[] good = bytes();
    assertThat(Mutations.refused(COPIES, good, Mutations::bytes, reader, DataProblem.class))
        .isPositive();
  }

  private byte[] bytes() throws IOException {
    return store.readBytes(shardName(), Math.toIntExact(shard.bytes()));
  }

  private record Told(List<StoredRecord> records) implements RecordVisitor {

    @Override
    public void record(int position, StoredRecord record) {
      assertThat(position).isEqualTo(records.size());
      records.add(record);
    }

    @Override
    public void damaged(int position, DataProblem problem) {
      assertThat(position).isBetween(0, RECORDS - 1);
      assertThat(problem.getMessage().lines()).hasSize(1);
      records.add(null);
    }
  }
}
