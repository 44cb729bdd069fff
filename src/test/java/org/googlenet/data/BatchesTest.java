package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.TarShard;
import org.googlenet.data.image.Augmentation.Kind;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.Images;
import org.googlenet.model.Batch;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BatchesTest {

  private static final int SIDE = 8;

  @TempDir private Path folder;

  private static Batches evaluation(Dataset dataset, List<Range> ranges, int batch) {
    return Batches.inOrder(dataset, ranges, new BatchSpec(batch, SIDE, Decoding.of(Kind.NONE)));
  }

  private static Batches training(Dataset dataset, long seed, int epoch) {
    return Batches.shuffled(
        dataset,
        dataset.all(),
        new BatchSpec(4, SIDE, Decoding.of(Kind.INCEPTION)),
        new EpochSeed(seed, epoch));
  }

  private static List<Batch> drain(Batches batches) {
    List<Batch> all = new ArrayList<>();
    try (batches) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        all.add(batch);
      }
    }
    return all;
  }

  private static List<String> keys(List<Batch> batches) {
    return batches.stream().flatMap(batch -> batch.keys().stream()).toList();
  }

  @Test
  void evaluationKeepsTheOrderAndTheLastBatchIsSmaller() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 3, 4);
    List<Batch> batches = drain(evaluation(dataset, dataset.all(), 3));
    assertThat(batches).extracting(Batch::examples).containsExactly(3, 3, 1);
    assertThat(keys(batches))
        .containsExactly("r000", "r001", "r002", "r003", "r004", "r005", "r006");
    assertThat(batches.get(1).labels()).containsExactly(0, 1, 2);
    assertThat(batches.get(0).pixels()).hasSize(3 * 3 * SIDE * SIDE);
    assertThat(batches.get(2).pixels()).hasSize(3 * SIDE * SIDE);
  }

  @Test
  void theRangesAreReadInTheirOrder() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 5, 5);
    List<Range> ranges = List.of(new Range(1, 3, 5), new Range(0, 1, 2), new Range(1, 0, 1));
    assertThat(keys(drain(evaluation(dataset, ranges, 10))))
        .containsExactly("r008", "r009", "r001", "r005");
  }

  @Test
  void pixelsAreThoseOfTheRecord() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 4);
    Batch batch = drain(evaluation(dataset, List.of(new Range(0, 2, 4)), 2)).get(0);
    float[] expected = new float[3 * SIDE * SIDE];
    new Decoder(SIDE, Decoding.of(Kind.NONE), false)
        .decode(SmallDatasets.record(3).image(), 0, expected, 0);
    assertThat(Arrays.copyOfRange(batch.pixels(), expected.length, 2 * expected.length))
        .isEqualTo(expected);
  }

  @Test
  void trainingIsRepeatableAndDiffersByEpochAndSeed() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 20, 13);
    List<Batch> first = drain(training(dataset, 1, 0));
    List<Batch> again = drain(training(dataset, 1, 0));
    for (int i = 0; i < first.size(); i++) {
      assertThat(again.get(i).keys()).isEqualTo(first.get(i).keys());
      assertThat(again.get(i).pixels()).isEqualTo(first.get(i).pixels());
    }
    List<String> keys = keys(first);
    assertThat(keys)
        .hasSize(33)
        .doesNotHaveDuplicates()
        .isNotEqualTo(keys.stream().sorted().toList());
    assertThat(keys(drain(training(dataset, 1, 1)))).isNotEqualTo(keys);
    assertThat(keys(drain(training(dataset, 2, 0)))).isNotEqualTo(keys);
  }

  @Test
  void aWorkerWithoutRecordsHasNoBatch() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 2);
    try (Batches batches = evaluation(dataset, List.of(), 3)) {
      assertThat(batches.next()).isNull();
      assertThat(batches.next()).isNull();
    }
  }

  @Test
  void anUnreadableImageIsNamedByShardAndRecord() throws IOException {
    ObjectStore store = SmallDatasets.STORES.open(folder.toString());
    Shard shard =
        TarShard.write(
            store,
            "train-00000.tar",
            sink -> {
              sink.add(SmallDatasets.record(0));
              sink.add(new Record("bad", Images.truncated(Images.jpeg(60, 60, 1), 0.6), 0));
            });
    Dataset dataset =
        Dataset.create(
            SmallDatasets.STORES,
            folder.toString(),
            "train",
            SmallDatasets.CLASSES,
            List.of(shard));
    try (Batches batches = evaluation(dataset, dataset.all(), 1)) {
      assertThat(batches.next().keys()).containsExactly("r000");
      assertThatThrownBy(batches::next)
          .isInstanceOf(DataProblem.class)
          .hasMessageStartingWith("shard " + folder + "/train-00000.tar: record bad: image is ")
          .hasMessageContaining("googlenet prepare");
      assertThat(batches.next()).isNull();
    }
  }

  @Test
  void aTruncatedShardEndsTheBatchesWithItsName() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 8);
    Path shard = folder.resolve("train-00000.tar");
    Files.write(shard, Arrays.copyOf(Files.readAllBytes(shard), 5000));
    assertThatThrownBy(() -> drain(training(dataset, 1, 0)))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("train-00000.tar: ends within record");
  }

  @Test
  void closingStopsTheBackgroundThread() throws Exception {
    Dataset dataset = SmallDatasets.make(folder, 64);
    try (Batches batches = evaluation(dataset, dataset.all(), 2)) {
      batches.next();
    }
    String name = "batches of " + dataset.location();
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().equals(name))) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
  }
}
