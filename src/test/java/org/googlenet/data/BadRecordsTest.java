package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.googlenet.common.Tolerance;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.TarShard;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.Images;
import org.googlenet.model.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that cannot be used are passed over where that is asked for, and named. */
@Timeout(60)
class BadRecordsTest {

  private static final BatchSpec SPEC =
      new BatchSpec(4, 8, Decoding.of(Augmentation.Kind.INCEPTION)).passingOver(tolerance("100%"));

  @TempDir private Path folder;

  private static Tolerance tolerance(String text) {
    return Tolerance.parse(text).orElseThrow();
  }

  /** Twelve records in a shard, of which numbers 2 (image), 5 (label) and 7 (record) are bad. */
  private Dataset damaged() throws IOException {
    Shard shard =
        TarShard.write(
            SmallDatasets.STORES.open(folder.toString()),
            "train-00000.tar",
            sink -> {
              for (int i = 0; i < 12; i++) {
                sink.add(record(i));
              }
            });
    Path file = folder.resolve(shard.name());
    byte[] tar = Files.readAllBytes(file);
    int header = find(tar, "r007.");
    tar[header + 126] = 'x'; // within the entry's length
    Files.write(file, tar);
    return Dataset.create(
        SmallDatasets.STORES, folder.toString(), "train", SmallDatasets.CLASSES, List.of(shard));
  }

  private static Record record(int number) {
    Record good = SmallDatasets.record(number);
    return switch (number) {
      case 2 -> new Record(good.key(), Images.truncated(Images.jpeg(60, 60, 1), 0.6), 1);
      case 5 -> new Record(good.key(), good.image(), 3);
      default -> good;
    };
  }

  private static int find(byte[] bytes, String text) {
    byte[] wanted = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    for (int at = 0; ; at++) {
      if (Arrays.equals(wanted, Arrays.copyOfRange(bytes, at, at + wanted.length))) {
        return at;
      }
    }
  }

  private static List<Batch> drain(Batches batches) {
    return Stream.generate(batches::next).takeWhile(batch -> batch != null).toList();
  }

  private static List<String> keys(List<Batch> batches) {
    return batches.stream().flatMap(batch -> batch.keys().stream()).toList();
  }

  @Test
  void eachKindIsPassedOverAndNamedAndTheBatchesAreFilledUp() throws IOException {
    Dataset dataset = damaged();
    try (Batches batches = Batches.inOrder(dataset, dataset.all(), SPEC)) {
      List<Batch> all = drain(batches);
      assertThat(all).extracting(Batch::examples).containsExactly(4, 4, 1);
      assertThat(keys(all))
          .containsExactly("r000", "r001", "r003", "r004", "r006", "r008", "r009", "r010", "r011");
      List<BadRecord> bad = batches.passedOver();
      assertThat(bad).extracting(BadRecord::shard).containsOnly("train-00000.tar");
      assertThat(bad).extracting(BadRecord::position).containsExactly(2, 5, 7);
      assertThat(bad).extracting(BadRecord::key).containsExactly("r002", "r005", null);
      assertThat(bad)
          .extracting(BadRecord::kind)
          .containsExactly(Defect.IMAGE, Defect.LABEL, Defect.RECORD);
      assertThat(bad.get(0).reason()).startsWith("record r002: image is damaged");
      assertThat(bad.get(1).reason()).startsWith("record r005: label 3 is outside 0..2");
      assertThat(bad.get(2).reason()).startsWith("record 7 is not in tar format");
    }
  }

  @Test
  void aSetOfTheGoodRecordsAloneGivesTheSameBatches() throws IOException {
    Dataset dataset = damaged();
    Shard shard =
        TarShard.write(
            SmallDatasets.STORES.open(folder.resolve("good").toString()),
            "train-00000.tar",
            sink -> {
              for (int i : new int[] {0, 1, 3, 4, 6, 8, 9, 10, 11}) {
                sink.add(record(i));
              }
            });
    Dataset good =
        Dataset.create(
            SmallDatasets.STORES,
            folder.resolve("good").toString(),
            "train",
            SmallDatasets.CLASSES,
            List.of(shard));
    EpochSeed seed = new EpochSeed(4, 1);
    try (Batches some = Batches.shuffled(dataset, dataset.all(), SPEC, seed);
        Batches all = Batches.shuffled(good, good.all(), SPEC, seed)) {
      assertThat(drain(some)).usingRecursiveComparison().isEqualTo(drain(all));
      assertThat(all.passedOver()).isEmpty();
    }
  }

  @Test
  void withoutBeingAskedToTheFirstEndsTheReading() throws IOException {
    Dataset dataset = damaged();
    BatchSpec strict = SPEC.passingOver(Tolerance.NONE);
    for (int record : new int[] {2, 5, 7}) {
      List<Range> ranges = List.of(new Range(0, record, record + 1));
      try (Batches batches = Batches.inOrder(dataset, ranges, strict)) {
        assertThatThrownBy(batches::next)
            .isInstanceOf(DataProblem.class)
            .hasMessageStartingWith("shard " + folder + "/train-00000.tar: record ");
        assertThat(batches.passedOver()).isEmpty();
      }
    }
  }

  @Test
  void readingGivesUpOnceThereAreMoreThanAreTolerated() throws IOException {
    Dataset dataset = damaged();
    try (Batches batches =
        Batches.inOrder(dataset, dataset.all(), SPEC.passingOver(tolerance("1")))) {
      assertThat(keys(drain(batches))).containsExactly("r000", "r001", "r003", "r004");
      assertThat(batches.passedOver()).extracting(BadRecord::position).containsExactly(2, 5);
      assertThat(batches.gaveUp()).isTrue();
    }
    try (Batches batches =
        Batches.inOrder(dataset, dataset.all(), SPEC.passingOver(tolerance("3")))) {
      assertThat(keys(drain(batches))).hasSize(9);
      assertThat(batches.gaveUp()).isFalse();
    }
  }

  @Test
  void aSetThatIsAllWrongIsNotReadToItsEnd() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 8, 4);
    for (Shard shard : dataset.shards()) {
      Path file = folder.resolve(shard.name());
      Files.write(file, new byte[(int) shard.bytes()]);
    }
    BatchSpec few = SPEC.passingOver(tolerance("2"));
    for (int threads = 1; threads <= 2; threads++) {
      try (Batches batches = Batches.inOrder(dataset, dataset.all(), few.decodedBy(threads))) {
        assertThat(batches.next()).isNull();
        assertThat(batches.passedOver()).hasSize(3);
      }
    }
  }

  @Test
  void whatATornShardLacksIsPassedOverRecordByRecord() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 8, 4);
    Path shard = folder.resolve("train-00000.tar");
    byte[] tar = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(tar, find(tar, "r005.") + 100));
    try (Batches batches = Batches.inOrder(dataset, dataset.all(), SPEC)) {
      assertThat(keys(drain(batches)))
          .containsExactly("r000", "r001", "r002", "r003", "r004", "r008", "r009", "r010", "r011");
      assertThat(batches.passedOver()).extracting(BadRecord::position).containsExactly(5, 6, 7);
      assertThat(batches.passedOver())
          .allMatch(record -> record.reason().startsWith("ends within record"));
    }
  }

  @Test
  void aShardThatIsMissingStillEndsTheReading() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 3, 3);
    Files.delete(folder.resolve("train-00001.tar"));
    try (Batches batches = Batches.inOrder(dataset, dataset.all(), SPEC)) {
      assertThatThrownBy(() -> drain(batches))
          .isInstanceOf(DataProblem.class)
          .hasMessageContaining("train-00001.tar: is missing");
    }
  }

  @Test
  void recordsThatArePassedOverAreNotLeftToTheRest() throws IOException {
    Dataset dataset = damaged();
    EpochSeed seed = new EpochSeed(1, 0);
    try (Batches batches = Batches.shuffledToStopAnywhere(dataset, dataset.all(), SPEC, seed)) {
      List<String> first = batches.next().keys();
      List<String> rest = new ArrayList<>();
      for (Range range : batches.rest()) {
        for (int record = range.from(); record < range.to(); record++) {
          rest.add(SmallDatasets.record(record).key());
        }
      }
      assertThat(rest).doesNotContainAnyElementsOf(first);
      // The window was read whole: what is bad about labels and records is known with the first
      // batch.
      assertThat(rest).doesNotContain("r005", "r007");
      drain(batches);
      assertThat(batches.rest()).isEmpty();
      assertThat(batches.passedOver()).extracting(BadRecord::position).contains(2, 5, 7);
    }
  }

  @Test
  void whereAllRecordsAreBadThereIsNoBatchAndAllAreNamed() throws IOException {
    Dataset dataset = damaged();
    List<Range> ranges = List.of(new Range(0, 7, 8), new Range(0, 2, 3));
    try (Batches batches = Batches.inOrder(dataset, ranges, SPEC)) {
      assertThat(batches.next()).isNull();
      assertThat(batches.passedOver()).extracting(BadRecord::position).containsExactly(7, 2);
    }
  }
}
