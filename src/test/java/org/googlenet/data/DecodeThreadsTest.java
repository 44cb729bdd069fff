package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.googlenet.common.Tolerance;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.Images;
import org.googlenet.model.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However many threads decode, the batches are the same. */
@Timeout(60)
class DecodeThreadsTest {

  private static final BatchSpec ONE =
      new BatchSpec(5, 8, Decoding.of(Augmentation.Kind.INCEPTION))
          .passingOver(new Tolerance(BigDecimal.valueOf(100), true));

  @TempDir private Path folder;

  /** Records of which every seventh has a damaged image, the first and the last among them. */
  private Dataset dataset() {
    List<Record> records = new ArrayList<>();
    for (int i = 0; i < 71; i++) {
      Record good = SmallDatasets.record(i);
      byte[] damaged = Images.truncated(Images.jpeg(60, 60, i), 0.6);
      records.add(new Record(good.key(), i % 7 == 0 ? damaged : good.image(), i % 3));
    }
    return SampleRecords.write(folder, "train", SmallDatasets.CLASSES, records);
  }

  /** What was read: the batches, and the records that were passed over before the end of each. */
  private record Read(List<Batch> batches, List<List<BadRecord>> passedOver) {}

  private static Read read(Batches open) {
    List<Batch> all = new ArrayList<>();
    List<List<BadRecord>> passedOver = new ArrayList<>();
    try (open) {
      for (Batch batch = open.next(); batch != null; batch = open.next()) {
        all.add(batch);
        passedOver.add(open.passedOver());
      }
      passedOver.add(open.passedOver());
      return new Read(all, passedOver);
    }
  }

  private static void assertSameWith(int threads, Function<BatchSpec, Batches> open) {
    Read one = read(open.apply(ONE));
    Read several = read(open.apply(ONE.decodedBy(threads)));
    assertThat(several.batches()).usingRecursiveComparison().isEqualTo(one.batches());
    assertThat(several.passedOver()).isEqualTo(one.passedOver());
    assertThat(one.batches()).hasSize(12);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void batchesOfATrainingAreTheSame(int threads) {
    Dataset dataset = dataset();
    EpochSeed seed = new EpochSeed(7, 2);
    assertSameWith(threads, spec -> Batches.shuffled(dataset, dataset.all(), spec, seed));
    assertSameWith(
        threads, spec -> Batches.shuffledToStopAnywhere(dataset, dataset.all(), spec, seed));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void batchesInOrderAreTheSame(int threads) {
    Dataset dataset = dataset();
    assertSameWith(threads, spec -> Batches.inOrder(dataset, dataset.all(), spec));
  }

  @Test
  void theFirstDamagedImageIsNamedWhereNoneIsPassedOver() {
    Dataset dataset = dataset();
    BatchSpec strict = ONE.passingOver(Tolerance.NONE);
    for (int threads : new int[] {1, 4}) {
      try (Batches batches = Batches.inOrder(dataset, dataset.all(), strict.decodedBy(threads))) {
        assertThatThrownBy(batches::next)
            .isInstanceOf(DataProblem.class)
            .hasMessageContaining("record r000");
      }
    }
  }

  @Test
  void noThreadIsLeftAfterClosing() throws InterruptedException {
    Dataset dataset = dataset();
    Batches batches = Batches.inOrder(dataset, dataset.all(), ONE.decodedBy(4));
    assertThat(batches.next()).isNotNull();
    Readers.await(() -> decoding(dataset) > 0);
    batches.close();
    Readers.await(() -> decoding(dataset) == 0);
  }

  private static long decoding(Dataset dataset) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("decoding of " + dataset.location()))
        .count();
  }

  @Test
  void timeInWhichABatchIsNotThereYetIsWaiting() throws IOException {
    Dataset dataset = SmallDatasets.make(folder, 40);
    BatchSpec spec = new BatchSpec(40, 64, Decoding.of(Augmentation.Kind.NONE));
    try (Batches batches = Batches.inOrder(dataset, dataset.all(), spec)) {
      assertThat(batches.waitedSeconds()).isZero();
      long start = System.nanoTime();
      batches.next();
      assertThat(batches.waitedSeconds())
          .isPositive()
          .isLessThanOrEqualTo((System.nanoTime() - start) / 1e9);
    }
  }

  @Test
  void oneOfFourThreadsDecodes() {
    assertThat(ONE.decodedFor(1).decodeThreads()).isEqualTo(1);
    assertThat(ONE.decodedFor(2).decodeThreads()).isEqualTo(1);
    assertThat(ONE.decodedFor(7).decodeThreads()).isEqualTo(1);
    assertThat(ONE.decodedFor(16).decodeThreads()).isEqualTo(4);
  }
}
