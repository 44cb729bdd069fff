package org.googlenet.data.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.googlenet.Mutations;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.RecordIndex.Entry;
import org.googlenet.data.format.RecordIndex.Origin;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;

class RecordIndexTest {

  private static final String SHA = Sha256.of(new byte[0]);
  private static final Origin ORIGIN = new Origin(Packing.NONE, 5_000_000_000L, SHA, SHA);

  private static byte[] image(int number) {
    return ("image " + number).getBytes(UTF_8);
  }

  private static Entry entry(int number) {
    byte[] image = image(number);
    return new Entry(
        "größe/日本" + number,
        number % 2 == 0 ? "tench, Tinca tinca" : "7",
        3_000_000_000L + 512L * number,
        image.length,
        RecordIndex.crc32c(image));
  }

  private static RecordIndex index(int records) {
    List<Entry> entries = IntStream.range(0, records).mapToObj(RecordIndexTest::entry).toList();
    return RecordIndex.of(ORIGIN, entries, "a note".getBytes(UTF_8));
  }

  @Test
  void whatIsWrittenIsRead() {
    RecordIndex index = RecordIndex.parse(index(5).toBytes(), "x");
    assertThat(index.records()).isEqualTo(5);
    assertThat(index.origin()).isEqualTo(ORIGIN);
    assertThat(index.labels()).containsExactly("tench, Tinca tinca", "7");
    assertThat(new String(index.notes(), UTF_8)).isEqualTo("a note");
    for (int i = 0; i < 5; i++) {
      assertThat(index.place(i)).isEqualTo(entry(i).place());
      assertThat(index.length(i)).isEqualTo(entry(i).length());
      StoredRecord record = index.record("shard s", i, image(i));
      assertThat(record.key()).isEqualTo(entry(i).key());
      assertThat(record.label()).isEqualTo(entry(i).label());
      assertThat(record.image()).isEqualTo(image(i));
    }
  }

  @Test
  void anIndexMayBeOfNoRecord() {
    assertThat(RecordIndex.parse(index(0).toBytes(), "x").records()).isZero();
  }

  @Test
  void aRecordTakes24BytesAndItsKey() {
    int keys = IntStream.range(1, 1001).map(i -> entry(i).key().getBytes(UTF_8).length).sum();
    List<Entry> entries = IntStream.range(1, 1001).mapToObj(RecordIndexTest::entry).toList();
    int header = RecordIndex.of(ORIGIN, List.of(), new byte[0]).toBytes().length;
    int labels = 2 * 4 + "tench, Tinca tinca7".length();
    assertThat(RecordIndex.of(ORIGIN, entries, new byte[0]).toBytes())
        .hasSize(header + labels + 24 * 1000 + keys);
  }

  @Test
  void anotherImageThanWasIndexedIsRefused() {
    byte[] other = image(1);
    other[3] ^= 1;
    assertThatThrownBy(() -> index(3).record("shard a/b.tar", 1, other))
        .isInstanceOfSatisfying(DamagedRecord.class, e -> assertThat(e.position()).isEqualTo(1))
        .hasMessageContaining("shard a/b.tar: record größe/日本1: ")
        .hasMessageContaining("the shard has changed");
  }

  @Test
  void aDamagedIndexIsRefusedInOneLineOrReadAsAnother() {
    byte[] good = index(20).toBytes();
    Mutations.Reader reader =
        bytes -> {
          RecordIndex index = RecordIndex.parse(bytes, "index x.records");
          for (int i = 0; i < index.records(); i++) {
            assertThat(index.key(i) + index.label(i) + index.place(i)).isNotNull();
            assertThat(index.length(i)).isPositive();
          }
        };
    int refused = Mutations.refused(2_000, good, Mutations::bytes, reader, DataProblem.class);
    int inPlace = Mutations.refused(2_000, good, Mutations::inPlace, reader, DataProblem.class);
    assertThat(refused).isBetween(1, 1_999);
    assertThat(inPlace).isBetween(1, 1_999);
  }

  private static Shard shard(RecordIndex index, int records, long bytes) {
    return new Shard("a/x.tar", records, bytes, SHA, Sha256.of(index.toBytes()));
  }

  @Test
  void itIsReadFromBesideTheDescription() throws IOException {
    RecordIndex index = index(3);
    ObjectStore beside = new MemoryStore();
    Shard shard = shard(index, 3, ORIGIN.bytes());
    ShardSource source = new ShardSource(new MemoryStore(), beside, shard);
    assertThatThrownBy(() -> RecordIndex.read(source))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("a/x.tar.records: is missing");
    beside.create("a/x.tar.records", ObjectStore.Body.of(index.toBytes()));
    RecordIndex read = RecordIndex.read(source);
    assertThat(read.records()).isEqualTo(3);
    assertThat(read.key(2)).isEqualTo(entry(2).key());
    assertThat(read.labels()).isEqualTo(index.labels());
    assertThat(read.notes()).as("only a later indexing needs them").isEmpty();
  }

  @Test
  void theIndexOfAnotherShardIsRefused() throws IOException {
    RecordIndex index = index(3);
    ObjectStore store = new MemoryStore();
    store.create("a/x.tar.records", ObjectStore.Body.of(index.toBytes()));
    for (Shard shard : List.of(shard(index, 4, ORIGIN.bytes()), shard(index, 3, 17))) {
      assertThatThrownBy(() -> RecordIndex.read(new ShardSource(store, shard)))
          .hasMessageContaining("is that of another shard");
    }
    Shard other = new Shard("a/x.tar", 3, ORIGIN.bytes(), SHA, SHA);
    assertThatThrownBy(() -> RecordIndex.read(new ShardSource(store, other)))
        .hasMessageContaining("has another SHA-256 than dataset.json says");
  }
}
