package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.googlenet.data.BatchesAhead.Loan;
import org.googlenet.data.BatchesAhead.Part;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.model.Batch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches that are begun in the round before theirs. */
@Timeout(60)
class BatchesAheadTest {

  private static final int BATCH = 4;

  /** More batches than are decoded ahead. */
  private static final int LONG = 5 * BATCH;

  private static final int SHORT = 2 * BATCH;

  @TempDir private Path folder;

  private Dataset dataset;

  @BeforeEach
  void write() throws IOException {
    dataset = SmallDatasets.make(folder, 64);
  }

  @AfterEach
  void closeBegun() throws InterruptedException {
    BatchesAhead.closeBegun();
    Readers.awaitNone(dataset.location());
  }

  /** The part of one of two workers, which starts at another record in each round. */
  private Part part(int round, int worker, int records) {
    int from = round % 3 + 32 * worker;
    return part(round, List.of(new Range(0, from, from + records)), false);
  }

  private Part part(int round, List<Range> ranges, boolean toStopAnywhere) {
    BatchSpec spec = new BatchSpec(BATCH, 8, Decoding.of(Augmentation.Kind.INCEPTION));
    return new Part(round, dataset, ranges, spec, new EpochSeed(7, round), toStopAnywhere);
  }

  private static List<Batch> drain(Loan loan) {
    List<Batch> all = new ArrayList<>();
    for (Batch next = loan.batches().next(); next != null; next = loan.batches().next()) {
      all.add(next);
    }
    return all;
  }

  private static List<Batch> fresh(Part part) {
    try (Loan loan = BatchesAhead.take(part)) {
      return drain(loan);
    }
  }

  /** A worker's work on a part, which has another begun. */
  private static void work(Part part, Part next) {
    try (Loan loan = BatchesAhead.take(part)) {
      loan.thenBegin(() -> next);
      drain(loan);
      loan.done();
    }
  }

  private static void assertSameBits(List<Batch> batches, List<Batch> expected) {
    assertThat(batches).hasSameSizeAs(expected).isNotEmpty();
    for (int i = 0; i < expected.size(); i++) {
      assertThat(batches.get(i).keys()).isEqualTo(expected.get(i).keys());
      assertThat(batches.get(i).pixels()).isEqualTo(expected.get(i).pixels());
      assertThat(batches.get(i).labels()).isEqualTo(expected.get(i).labels());
    }
  }

  /** So many parts are begun, and all that can be decoded of them is. */
  private void awaitBegun(int number) throws InterruptedException {
    Readers.awaitIdle(dataset.location(), number);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasBegunHasTheBitsOfWhatWasNot(boolean toStopAnywhere) throws Exception {
    Part next = part(1, List.of(new Range(0, 40, 61), new Range(0, 3, 5)), toStopAnywhere);
    List<Batch> expected = fresh(next);
    work(part(0, 0, LONG), next);
    awaitBegun(1);

    assertSameBits(fresh(next), expected);
  }

  @Test
  void theFirstBatchesOfTheNextRoundAreThereBeforeItStarts() throws Exception {
    Part next = part(1, 0, SHORT);
    List<Batch> expected = fresh(next);
    work(part(0, 0, LONG), next);
    awaitBegun(1);
    Files.delete(folder.resolve("train-00000.tar"));
    dataset = Dataset.described(SmallDatasets.STORES, dataset.location()); // as another task has it

    assertSameBits(fresh(part(1, 0, SHORT)), expected);
    assertThatThrownBy(() -> fresh(next)).as("nothing is read now").isInstanceOf(DataProblem.class);
  }

  @Test
  void theNextRoundIsBegunWhenAllBatchesAreDecodedAndNotBefore() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    try (Loan loan = BatchesAhead.take(part(0, 0, LONG))) {
      loan.thenBegin(
          () -> {
            begun.incrementAndGet();
            return part(1, 0, LONG);
          });
      loan.batches().next();
      loan.batches().next();
      awaitBegun(1);
      assertThat(begun).as("the last batch waits for a place").hasValue(0);

      loan.batches().next();
      awaitBegun(2);
      assertThat(begun).as("two batches are not consumed").hasValue(1);
    }
  }

  @Test
  void theNextRoundIsBegunAtOnceIfAllBatchesAreDecoded() throws Exception {
    try (Loan loan = BatchesAhead.take(part(0, 0, SHORT))) {
      awaitBegun(1);
      loan.thenBegin(() -> part(1, 0, SHORT));
      awaitBegun(2);
    }
  }

  @Test
  void aPartWithoutRecordsIsNotBegun() throws Exception {
    work(part(0, 0, SHORT), part(1, List.of(), false));
    Readers.awaitNone(dataset.location());
  }

  @Test
  void whatIsClosedOrFailsBeforeAllIsDecodedBeginsNothing() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    try (Loan loan = BatchesAhead.take(part(0, 0, LONG))) {
      loan.thenBegin(() -> part(begun.incrementAndGet(), 0, LONG));
    }
    Readers.awaitNone(dataset.location());
    Files.delete(folder.resolve("train-00000.tar"));
    try (Loan loan = BatchesAhead.take(part(0, 0, LONG))) {
      loan.thenBegin(() -> part(begun.incrementAndGet(), 0, LONG));
      assertThatThrownBy(() -> drain(loan)).isInstanceOf(DataProblem.class);
    }
    Readers.awaitNone(dataset.location());
    assertThat(begun).hasValue(0);
  }

  @Test
  void ofTwoTakersTheSecondReadsItself() throws Exception {
    Part next = part(1, 0, LONG);
    List<Batch> expected = fresh(next);
    work(part(0, 0, LONG), next);
    awaitBegun(1);

    try (Loan first = BatchesAhead.take(next);
        Loan second = BatchesAhead.take(next)) {
      awaitBegun(2);
      assertSameBits(drain(first), expected);
      assertSameBits(drain(second), expected);
    }
  }

  @Test
  void aPartIsBegunOnceHoweverManyAskForIt() throws Exception {
    work(part(0, 0, LONG), part(1, 0, LONG));
    work(part(0, 0, LONG), part(1, 0, LONG));
    awaitBegun(1);
  }

  @Test
  void workThatFailsClosesWhatItHasBegunAndOnlyThat() throws Exception {
    work(part(0, 0, LONG), part(1, 0, LONG));
    try (Loan loan = BatchesAhead.take(part(0, 1, LONG))) {
      loan.thenBegin(() -> part(1, 1, LONG));
      drain(loan);
      awaitBegun(2);
    }
    awaitBegun(1);

    try (Loan loan = BatchesAhead.take(part(0, 0, LONG))) {
      loan.thenBegin(() -> part(1, 0, LONG));
      drain(loan);
    }
    awaitBegun(1);
  }

  @Test
  void anyOtherRoundThanTheNextClosesWhatNobodyHasTaken() throws Exception {
    work(part(4, 0, LONG), part(5, 0, LONG));
    work(part(4, 1, LONG), part(5, 1, LONG));
    awaitBegun(2);
    fresh(part(5, 1, LONG));
    awaitBegun(1);
    fresh(part(6, 1, LONG));
    Readers.awaitNone(dataset.location());

    work(part(4, 0, LONG), part(5, 0, LONG));
    awaitBegun(1);
    fresh(part(2, 0, LONG));
    Readers.awaitNone(dataset.location());
  }

  @Test
  void aWorkerFromElsewhereClosesWhatWasBegunForTheOneThatItReplaces() throws Exception {
    work(part(0, 0, LONG), part(1, 0, LONG));
    awaitBegun(1);
    work(part(1, 1, LONG), part(2, 1, LONG));
    awaitBegun(1);
  }

  @Test
  void workersThatStartLateFindTheirBatchesAlthoughOthersAreARoundAhead() throws Exception {
    work(part(0, 0, SHORT), part(1, 0, SHORT));
    work(part(0, 1, SHORT), part(1, 1, SHORT));
    work(part(1, 0, SHORT), part(2, 0, SHORT));
    awaitBegun(2);
    Part late = part(1, 1, SHORT);
    List<Batch> expected = drainUnbegun(late);
    Files.delete(folder.resolve("train-00000.tar"));

    assertSameBits(fresh(late), expected);
  }

  private static List<Batch> drainUnbegun(Part part) {
    List<Batch> all = new ArrayList<>();
    try (Batches batches =
        Batches.shuffled(part.dataset(), part.ranges(), part.spec(), part.seed())) {
      for (Batch next = batches.next(); next != null; next = batches.next()) {
        all.add(next);
      }
    }
    return all;
  }

  @Test
  void aFailureAheadIsNoneIfItsRoundCanRead() throws Exception {
    Part next = part(1, 0, LONG);
    List<Batch> expected = fresh(next);
    Path shard = folder.resolve("train-00000.tar");
    try (Loan loan = BatchesAhead.take(part(0, 0, LONG))) {
      Readers.awaitIdle(dataset.location(), 1);
      Files.move(shard, folder.resolve("away"));
      loan.thenBegin(() -> next);
      assertThat(drain(loan)).hasSize(5);
      loan.done();
    }
    Readers.awaitNone(dataset.location());
    Files.move(folder.resolve("away"), shard);

    assertSameBits(fresh(next), expected);
  }

  @Test
  void aFailureAheadIsToldInItsRoundIfItIsStillThere() throws Exception {
    Path shard = folder.resolve("train-00000.tar");
    try (Loan loan = BatchesAhead.take(part(0, 0, LONG))) {
      Readers.awaitIdle(dataset.location(), 1);
      Files.delete(shard);
      loan.thenBegin(() -> part(1, 0, LONG));
      assertThat(drain(loan)).hasSize(5);
      loan.done();
    }
    Readers.awaitNone(dataset.location());

    assertThatThrownBy(() -> fresh(part(1, 0, LONG)))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("train-00000.tar");
  }

  @Test
  void aThousandRoundsLeaveNoReaders() throws Exception {
    for (int round = 0; round < 1000; round++) {
      work(part(round, round % 2, SHORT), part(round + 1, (round + 1) % 2, SHORT));
    }
    awaitBegun(1);
    BatchesAhead.closeBegun();
    Readers.awaitNone(dataset.location());
  }
}
