package org.googlenet.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.googlenet.common.Tolerance;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.Dataset;
import org.googlenet.data.EpochSeed;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.SmallDatasets;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.data.format.parquet.ParquetFiles;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.model.Batch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same records in the same order give the same batches, wherever and however they lie. */
class SameBatchesInPlaceTest extends PrepareFixture {

  private static final int[] RECORDS = {150, 90};

  private List<Batch> expected;

  @BeforeEach
  void batchesOfTars() throws IOException {
    expected = shuffled(SmallDatasets.make(folder.resolve("tars"), RECORDS));
    assertThat(expected).hasSize(60);
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

  private Dataset index(String name, Fields fields) {
    IndexOptions index = new IndexOptions(fields, SmallDatasets.CLASSES, 0);
    return new IndexJob(spark, STORES)
        .run(
            new IndexJob.Options(
                List.of(folder.resolve(name).toString()),
                "",
                folder.resolve("set").toString(),
                "train",
                index,
                Tolerance.NONE))
        .orThrow();
  }

  private static void assertSame(List<Batch> batches, List<Batch> expected) {
    assertThat(batches).hasSameSizeAs(expected);
    for (int i = 0; i < batches.size(); i++) {
      assertThat(batches.get(i).keys()).isEqualTo(expected.get(i).keys());
      assertThat(batches.get(i).labels()).isEqualTo(expected.get(i).labels());
      assertThat(batches.get(i).pixels()).isEqualTo(expected.get(i).pixels());
    }
  }

  @Test
  void ofParquetFiles() throws IOException {
    int first = 0;
    for (int file = 0; file < RECORDS.length; file++) {
      List<StoredRecord> records = new ArrayList<>();
      for (int i = first; i < first + RECORDS[file]; i++) {
        Record record = SmallDatasets.record(i);
        records.add(new StoredRecord(record.key(), record.image(), "" + record.label()));
      }
      first += RECORDS[file];
      write("data/train-" + file + ".parquet", ParquetFiles.of(records, ParquetFiles.Layout.SMALL));
    }
    assertSame(shuffled(index("data", new Fields("", "", "id"))), expected);
  }

  @Test
  void ofAListOfImages() throws IOException {
    int records = RECORDS[0] + RECORDS[1];
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < records; i++) {
      Record record = SmallDatasets.record(i);
      write("photos/" + i % 7 + "/" + i, record.image());
      list.append(
          String.format(
              Locale.ROOT, "../photos/%d/%d,%d,%s\n", i % 7, i, record.label(), record.key()));
    }
    write("data/all.csv", list.toString().getBytes(UTF_8));
    Dataset one = SmallDatasets.make(folder.resolve("tar"), records);
    assertSame(shuffled(index("data/all.csv", Fields.DEFAULT)), shuffled(one));
  }
}
