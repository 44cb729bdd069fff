package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import org.googlenet.FaultyProxy;
import org.googlenet.S3Server;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.model.Batch;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reading ahead from stores elsewhere: in memory, and from S3. */
@Timeout(60)
class RangesAheadTest {

  private static final int SHARDS = 6;
  private static final int RECORDS = 5;

  @TempDir private Path folder;
  private Dataset files;

  @BeforeEach
  void make() throws IOException {
    files = SmallDatasets.make(folder, IntStream.range(0, SHARDS).map(shard -> RECORDS).toArray());
  }

  private ObjectStore copyTo(Stores stores, String location) throws IOException {
    ObjectStore store = stores.open(location);
    ObjectStore from = SmallDatasets.STORES.open(folder.toString());
    for (ObjectStore.Entry entry : from.list("")) {
      byte[] bytes = Files.readAllBytes(folder.resolve(entry.name()));
      store.overwrite(entry.name(), ObjectStore.Body.of(bytes));
    }
    return store;
  }

  private static String inMemory() {
    return "memory://" + UUID.randomUUID();
  }

  private static List<Batch> batches(Dataset dataset) {
    BatchSpec spec = new BatchSpec(4, 8, Decoding.of(Augmentation.Kind.INCEPTION));
    List<Batch> all = new ArrayList<>();
    try (Batches batches = Batches.shuffled(dataset, dataset.all(), spec, new EpochSeed(1, 0))) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        all.add(batch);
      }
    }
    return all;
  }

  private static void assertAreTheSame(List<Batch> some, List<Batch> others) {
    assertThat(some).hasSameSizeAs(others);
    for (int i = 0; i < some.size(); i++) {
      assertThat(some.get(i).keys()).isEqualTo(others.get(i).keys());
      assertThat(some.get(i).labels()).isEqualTo(others.get(i).labels());
      assertThat(some.get(i).pixels()).isEqualTo(others.get(i).pixels());
    }
  }

  @Test
  void batchesFromElsewhereAreThoseFromFiles() throws IOException {
    String location = inMemory();
    copyTo(SmallDatasets.STORES, location);
    Dataset elsewhere = Dataset.open(SmallDatasets.STORES, location);
    assertThat(elsewhere.isLocal()).isFalse();
    assertThat(files.isLocal()).isTrue();
    assertAreTheSame(batches(elsewhere), batches(files));
  }

  @Test
  void requestsToS3AreUnderWayAtTheSameTime() throws IOException {
    S3Server s3 = S3Server.shared();
    String location = "s3a://" + s3.newBucket() + "/train";
    copyTo(new Stores(s3.properties()), location);
    try (FaultyProxy proxy = FaultyProxy.before(s3.port(), 1)) {
      Dataset elsewhere = Dataset.open(new Stores(s3.properties(proxy.port())), location);
      proxy.delay(Duration.ofMillis(50));
      assertAreTheSame(batches(elsewhere), batches(files));
      assertThat(proxy.mostAtOnce()).isGreaterThanOrEqualTo(SHARDS - 1);
    }
  }

  @Test
  void aRangeThatCannotBeReadFailsInItsTurn() throws IOException {
    String location = inMemory();
    ObjectStore store = copyTo(SmallDatasets.STORES, location);
    Dataset elsewhere = Dataset.open(SmallDatasets.STORES, location);
    store.delete("train-00002.tar");
    store.delete("train-00004.idx");
    List<String> keys = new ArrayList<>();
    try (Records records = elsewhere.read(elsewhere.all(), BadRecords.refused(elsewhere))) {
      assertThatThrownBy(() -> readInto(keys, records))
          .isInstanceOf(DataProblem.class)
          .hasMessageContaining("train-00002.tar: is missing");
    }
    assertThat(keys).isEqualTo(keys(2 * RECORDS));
  }

  @Test
  void aSmallRangeAfterALargeOneIsReadWhereItShouldBe() throws IOException {
    String location = inMemory();
    copyTo(SmallDatasets.STORES, location);
    Dataset elsewhere = Dataset.open(SmallDatasets.STORES, location);
    List<String> keys = new ArrayList<>();
    List<Range> ranges = List.of(new Range(3, 0, RECORDS), new Range(0, 4, 5), new Range(3, 1, 2));
    try (Records records = elsewhere.read(ranges, BadRecords.refused(elsewhere))) {
      readInto(keys, records);
    }
    assertThat(keys).containsExactly("r015", "r016", "r017", "r018", "r019", "r004", "r016");
  }

  @Tag("slow")
  @Test
  void closingEndsEveryThread() throws Exception {
    S3Server s3 = S3Server.shared();
    String location = "s3a://" + s3.newBucket() + "/train";
    copyTo(new Stores(s3.properties()), location);
    try (FaultyProxy proxy = FaultyProxy.before(s3.port(), 1)) {
      Dataset elsewhere = Dataset.open(new Stores(s3.properties(proxy.port())), location);
      proxy.refuse("/train-0000", FaultyProxy.Refusal.SILENCE);
      Batches batches =
          Batches.inOrder(
              elsewhere, elsewhere.all(), new BatchSpec(4, 8, Decoding.of(Augmentation.Kind.NONE)));
      Readers.await(() -> threads(location) >= SHARDS);
      batches.close();
      Readers.await(() -> threads(location) == 0);
      Readers.awaitNone(location);
    }
  }

  private static long threads(String location) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("ranges of " + location))
        .count();
  }

  private static void readInto(List<String> keys, Records records) throws IOException {
    for (Record record = records.next(); record != null; record = records.next()) {
      keys.add(record.key());
    }
  }

  private static List<String> keys(int first) {
    return IntStream.range(0, first).mapToObj(i -> String.format(Locale.ROOT, "r%03d", i)).toList();
  }
}
