package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.LinesFormat;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.model.Batch;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data set whose shards are of a format that is found by its name. */
class OtherShardFormatTest {

  private static final int RECORDS = 6;

  @TempDir private Path folder;

  @BeforeEach
  void make() throws IOException {
    ObjectStore store = SmallDatasets.STORES.open(folder.toString());
    List<StoredRecord> records =
        IntStream.range(0, RECORDS)
            .mapToObj(SmallDatasets::record)
            .map(each -> new StoredRecord(each.key(), each.image(), "" + each.label()))
            .toList();
    Shard shard = LinesFormat.write(store, "part-0.txt", records);
    Description description =
        Description.of("lines", "train", SmallDatasets.CLASSES, List.of(shard));
    store.create(Dataset.DESCRIPTION, ObjectStore.Body.of(description.toBytes()));
  }

  private Dataset open() {
    return Dataset.open(SmallDatasets.STORES, folder.toString());
  }

  @Test
  void itsRecordsAreRead() throws IOException {
    try (Records records = open().read(new Range(0, 1, RECORDS))) {
      for (int i = 1; i < RECORDS; i++) {
        Record expected = SmallDatasets.record(i);
        assertThat(records.next()).usingRecursiveComparison().isEqualTo(expected);
      }
      assertThat(records.next()).isNull();
    }
  }

  @Test
  void itGivesTheBatchesThatTarsOfTheSameRecordsGive() throws IOException {
    Dataset tars = SmallDatasets.make(folder.resolve("tars"), RECORDS);
    Dataset kept = open().keptIn(folder.resolve("cache").toString(), 1 << 20);
    List<Batch> expected = shuffled(tars);
    assertThat(shuffled(kept)).usingRecursiveComparison().isEqualTo(expected);
    assertThat(expected).hasSize(2);
  }

  private static List<Batch> shuffled(Dataset dataset) {
    BatchSpec spec = new BatchSpec(4, 8, Decoding.of(Augmentation.Kind.INCEPTION));
    List<Batch> all = new ArrayList<>();
    try (Batches batches = Batches.shuffled(dataset, dataset.all(), spec, new EpochSeed(3, 1))) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        all.add(batch);
      }
    }
    return all;
  }

  @Test
  void itIsCheckedAsAnyOther() throws IOException {
    List<String> told = new ArrayList<>();
    ShardCheck.of(open(), 0, listener(told));
    assertThat(told).hasSize(RECORDS).startsWith("r000");
    Path shard = folder.resolve("part-0.txt");
    Files.writeString(shard, Files.readString(shard).replaceFirst(" 1 ", " 7 "));
    told.clear();
    ShardCheck.of(open(), 0, listener(told));
    assertThat(told)
        .anyMatch(line -> line.startsWith("LABEL shard " + folder + "/part-0.txt: record r001"))
        .anyMatch(line -> line.startsWith("SHARD shard " + folder + "/part-0.txt: has SHA-256"));
  }

  private static ShardCheck.Listener listener(List<String> told) {
    return new ShardCheck.Listener() {
      @Override
      public void defect(Defect defect, int position, String line) {
        told.add(defect.name() + " " + line);
      }

      @Override
      public void record(
          int position, String key, String label, byte[] keySha256, byte[] imageSha256) {
        told.add(key);
      }
    };
  }

  @Test
  void theFormatIsPartOfTheFingerprint() {
    List<Shard> shards = open().shards();
    Description lines = Description.of("lines", "train", SmallDatasets.CLASSES, shards);
    Description tars = Description.of("tar", "train", SmallDatasets.CLASSES, shards);
    assertThat(open().fingerprint())
        .isEqualTo(lines.fingerprint())
        .isNotEqualTo(tars.fingerprint());
  }

  @Test
  void aFormatThatIsNotKnownIsAnsweredWithThoseThatThereAre() throws IOException {
    edit("\"lines\"", "\"arrow\"");
    assertThatThrownBy(this::open)
        .isInstanceOf(DataProblem.class)
        .hasMessageStartingWith(folder + "/dataset.json: shard format 'arrow' is not known")
        .hasMessageContainingAll("lines", "parquet", "tar");
  }

  private void edit(String from, String to) throws IOException {
    Path description = folder.resolve(Dataset.DESCRIPTION);
    String text = Files.readString(description);
    assertThat(text).contains(from);
    Files.writeString(description, text.replace(from, to));
  }
}
