package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.googlenet.Mutations;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.ShardIndex;
import org.googlenet.data.format.TarListing;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Body;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files of a data set are read as something valid, or refused with one line. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DamagedDataTest {

  private static final int COPIES = 3_000;
  private static final int RECORDS = 6;

  @TempDir private Path folder;
  private Dataset dataset;

  @BeforeEach
  void make() throws IOException {
    dataset = SmallDatasets.make(folder, RECORDS);
  }

  @Test
  void theDescription() throws IOException {
    Path file = folder.resolve(Dataset.DESCRIPTION);
    int refused =
        Mutations.refused(
            COPIES,
            Files.readAllBytes(file),
            Mutations::json,
            damaged -> {
              Files.write(file, damaged);
              Dataset.open(SmallDatasets.STORES, folder.toString());
            },
            DataProblem.class);
    assertThat(refused).isBetween(COPIES / 2, COPIES);
  }

  @Test
  void anIndex() throws IOException {
    long shardBytes = dataset.shards().get(0).bytes();
    byte[] good = Files.readAllBytes(folder.resolve("train-00000.idx"));
    Mutations.Reader reader =
        damaged -> ShardIndex.read(damaged, "index x.idx", RECORDS, shardBytes);
    assertThat(Mutations.refused(COPIES, good, Mutations::bytes, reader, DataProblem.class))
        .isBetween(COPIES / 2, COPIES);
    assertThat(Mutations.refused(COPIES, good, Mutations::inPlace, reader, DataProblem.class))
        .isBetween(COPIES / 4, COPIES);
  }

  @Tag("slow")
  @Test
  void aShardThatIsReadByItsIndex() throws IOException {
    Path file = folder.resolve("train-00000.tar");
    byte[] good = Files.readAllBytes(file);
    Mutations.Reader reader =
        damaged -> {
          Files.write(file, damaged);
          try (Records records = dataset.read(new Range(0, 0, RECORDS))) {
            for (Record record = records.next(); record != null; record = records.next()) {
              assertThat(record.label()).isBetween(0, 2);
            }
          }
        };
    assertThat(Mutations.refused(COPIES, good, Mutations::bytes, reader, DataProblem.class))
        .isBetween(COPIES / 4, COPIES);
    Mutations.refused(COPIES, good, Mutations::inPlace, reader, DataProblem.class);
    // Headers are small beside their contents, so they are damaged on their own, too.
    Mutations.refused(COPIES, good, DamagedDataTest::header, reader, DataProblem.class);
  }

  @Tag("slow")
  @Test
  void aTarThatIsListed() throws IOException {
    byte[] good = Files.readAllBytes(folder.resolve("train-00000.tar"));
    Mutations.Reader reader =
        damaged -> {
          ObjectStore store = new MemoryStore();
          store.overwrite("x.tar", Body.of(damaged));
          TarListing.walk(
              store, "x.tar", 0, Long.MAX_VALUE, (name, offset, bytes) -> requireIn(offset, bytes));
        };
    Mutations.refused(COPIES, good, Mutations::bytes, reader, DataProblem.class);
    int refused =
        Mutations.refused(COPIES, good, DamagedDataTest::header, reader, DataProblem.class);
    assertThat(refused).isBetween(COPIES / 8, COPIES);
  }

  private static void requireIn(long offset, long bytes) {
    assertThat(offset).isNotNegative();
    assertThat(bytes).isNotNegative();
  }

  /** The first block of the tar damaged, with a checksum that is right again, every other time. */
  private static byte[] header(byte[] good, long seed) {
    byte[] block = new byte[512];
    System.arraycopy(good, 0, block, 0, block.length);
    byte[] damaged = Mutations.inPlace(Mutations.inPlace(block, seed), ~seed);
    if (seed % 2 == 0) {
      sum(damaged);
    }
    byte[] tar = good.clone();
    System.arraycopy(damaged, 0, tar, 0, damaged.length);
    return tar;
  }

  /** A tar header's checksum: the sum of its bytes, the checksum's own eight taken as spaces. */
  private static void sum(byte[] header) {
    int from = 148;
    for (int i = from; i < from + 8; i++) {
      header[i] = ' ';
    }
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xFF;
    }
    byte[] digits = String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, header, from, digits.length);
  }
}
