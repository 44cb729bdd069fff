package org.googlenet.data.format.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.googlenet.Mutations;
import org.googlenet.data.format.DamagedRecord;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.IndexedShard;
import org.googlenet.data.format.RecordReader;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Files of Parquet's own library for Java, and damaged ones. */
class ParquetRowsTest {

  private static final String NAME = "x.parquet";
  private static final Fields FIELDS = new Fields("", "", "id");
  private static final ParquetFormat FORMAT = new ParquetFormat();

  private final ObjectStore store = new MemoryStore();

  private static List<StoredRecord> records(int count, int longest, Random random) {
    List<StoredRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean isAsBefore = i > 0 && random.nextInt(4) == 0;
      byte[] image = new byte[1 + random.nextInt(longest)];
      random.nextBytes(image);
      records.add(
          new StoredRecord(
              String.format(Locale.ROOT, "k%05d", i),
              isAsBefore ? records.get(i - 1).image() : image,
              Integer.toString(random.nextInt(2000) - 5)));
    }
    return records;
  }

  private Shard write(List<StoredRecord> records, ParquetFiles.Layout layout) throws IOException {
    store.overwrite(NAME, ObjectStore.Body.of(ParquetFiles.of(records, layout)));
    Scanned scanned = Scanned.of(FORMAT, store, NAME, FIELDS);
    assertThat(scanned.bad).isEmpty();
    assertThat(scanned.broken).isEmpty();
    assertSame(scanned.records, records);
    return scanned.index(store, NAME);
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

  @Test
  void whatIsWrittenInAnyLayoutIsRead() throws IOException {
    Random random = new Random(1);
    CompressionCodecName[] codecs = {
      CompressionCodecName.UNCOMPRESSED,
      CompressionCodecName.SNAPPY,
      CompressionCodecName.GZIP,
      CompressionCodecName.ZSTD
    };
    for (int turn = 0; turn < 32; turn++) {
      ParquetFiles.Layout layout =
          new ParquetFiles.Layout(
              codecs[turn % 4],
              turn / 4 % 2 == 0 ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0,
              turn / 8 % 2 == 0,
              random.nextBoolean() ? 1 << 20 : 1 << 12,
              random.nextBoolean() ? 1 << 10 : 1 << 16);
      int count = 1 + random.nextInt(300);
      List<StoredRecord> records = records(count, 400, random);
      IndexedShard index = FORMAT.index(new ShardSource(store, write(records, layout)));
      for (int range = 0; range < 10; range++) {
        int from = random.nextInt(count);
        int to = from + 1 + random.nextInt(count - from);
        assertSame(read(index, from, to), records.subList(from, to));
      }
    }
  }

  private static void assertSame(List<StoredRecord> read, List<StoredRecord> written) {
    assertThat(read).hasSameSizeAs(written);
    for (int i = 0; i < read.size(); i++) {
      assertThat(read.get(i).key()).isEqualTo(written.get(i).key());
      assertThat(read.get(i).label()).isEqualTo(written.get(i).label());
      assertThat(read.get(i).image()).isEqualTo(written.get(i).image());
    }
  }

  /** Counts what is read of a store. */
  private ShardSource counted(Shard shard, AtomicLong bytes) {
    return new ShardSource(
        store,
        shard,
        (offset, length) -> {
          InputStream in = store.readRange(NAME, offset, length);
          return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
              bytes.incrementAndGet();
              return super.read();
            }

            @Override
            public int read(byte[] into, int at, int most) throws IOException {
              int count = super.read(into, at, most);
              bytes.addAndGet(Math.max(count, 0));
              return count;
            }
          };
        });
  }

  @Test
  void whereThereIsAPageIndexOnlyThePagesOfARangeAreRead() throws IOException {
    for (boolean hasDictionary : new boolean[] {false, true}) {
      ParquetFiles.Layout layout =
          new ParquetFiles.Layout(
              CompressionCodecName.UNCOMPRESSED,
              WriterVersion.PARQUET_1_0,
              hasDictionary,
              1 << 30,
              64 << 10);
      List<StoredRecord> records = records(400, 100_000, new Random(2));
      Shard shard = write(records, layout);
      AtomicLong bytes = new AtomicLong();
      IndexedShard index = FORMAT.index(counted(shard, bytes));
      List<StoredRecord> range = read(index, 320, 352);
      assertSame(range, records.subList(320, 352));
      long images = range.stream().mapToLong(record -> record.image().length).sum();
      long dictionary = hasDictionary ? 2 << 20 : 0;
      assertThat(shard.bytes()).isGreaterThan(15 << 20);
      assertThat(bytes.get()).isLessThan(images + dictionary + (600 << 10));
    }
  }

  @Test
  void aPageThatIsDamagedCostsItsRowsOnly() throws IOException {
    ParquetFiles.Layout layout =
        new ParquetFiles.Layout(
            CompressionCodecName.SNAPPY, WriterVersion.PARQUET_1_0, false, 1 << 20, 2_000);
    List<StoredRecord> records = records(60, 1_000, new Random(3));
    Shard shard = write(records, layout);
    byte[] file = store.readBytes(NAME, 1 << 20);
    int at = indexOf(file, records.get(30).image());
    file[at] ^= 1;
    store.overwrite(NAME, ObjectStore.Body.of(file));
    List<Integer> damaged = new ArrayList<>();
    try (RecordReader reader = FORMAT.index(new ShardSource(store, shard)).read(0, 60)) {
      for (int i = 0; i < 60; i++) {
        try {
          assertThat(reader.next().image()).isEqualTo(records.get(i).image());
        } catch (DamagedRecord e) {
          assertThat(e)
              .hasMessageContaining(NAME)
              .hasMessageContaining(String.format(Locale.ROOT, "record k%05d", i));
          damaged.add(e.position());
        }
      }
      assertThat(reader.next()).isNull();
    }
    assertThat(damaged).contains(30).hasSizeLessThan(10);
  }

  private static int indexOf(byte[] file, byte[] part) {
    for (int i = 0; i <= file.length - part.length; i++) {
      if (file[i] == part[0] && Arrays.equals(file, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }

  @Test
  void aDamagedFileIsToldInOneLineEach() throws IOException {
    damage(40);
  }

  @Test
  @Tag("long")
  void aFileDamagedInTenThousandWaysIsToldInOneLineEach() throws IOException {
    damage(1_250);
  }

  private void damage(int copies) throws IOException {
    for (String file : List.of("gzip-pages-1", "zstd-pages-2", "nulls", "delta-texts")) {
      byte[] good = Files.readAllBytes(Path.of("src/test/resources/parquet", file + ".parquet"));
      int refused =
          Mutations.refused(copies, good, Mutations::bytes, this::scanDamaged, DataProblem.class);
      int inPlace =
          Mutations.refused(copies, good, Mutations::inPlace, this::scanDamaged, DataProblem.class);
      assertThat(refused + inPlace).isLessThan(copies);
    }
  }

  private void scanDamaged(byte[] damaged) throws IOException {
    store.overwrite(NAME, ObjectStore.Body.of(damaged));
    Scanned scanned = Scanned.of(FORMAT, store, NAME, Fields.DEFAULT);
    assertThat(scanned.broken).allMatch(line -> line.lines().count() == 1);
    assertThat(scanned.bad).allMatch(line -> line.lines().count() == 1);
    Shard shard = scanned.index(store, NAME);
    assertSame(
        read(FORMAT.index(new ShardSource(store, shard)), 0, shard.records()), scanned.records);
  }
}
