package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.RoundPlan.PlannedRound;
import org.googlenet.averaging.Worker;
import org.googlenet.common.Problem;
import org.googlenet.data.Readers;
import org.googlenet.data.format.DataProblem;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.End;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers that begin to read the next round while they train in this one. */
@Timeout(900)
class ReadingAheadTest {

  @TempDir private static Path folder;

  private static TinyRuns runs;
  private static String data;

  @BeforeAll
  static void prepare() {
    runs = new TinyRuns(TinyTraining.in(folder));
    data = runs.setup().train().location();
  }

  @AfterEach
  void noReaderIsLeft() throws InterruptedException {
    Readers.awaitNone(data);
  }

  /** Notes which round each round reads ahead, 0 for none, and how many readers it finds. */
  private static UnaryOperator<LocalTraining> noting(List<Integer> next, boolean areBegun) {
    return training -> {
      PlannedRound ahead = ((Worker) training).next();
      if (areBegun && !next.isEmpty()) {
        awaitBegun(2);
      }
      next.add(ahead == null ? 0 : ahead.number());
      return training;
    };
  }

  private static void awaitBegun(int readers) {
    try {
      Readers.awaitIdle(data, readers);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static LocalTraining notReadingAhead(LocalTraining training) {
    awaitBegun(0);
    Worker worker = (Worker) training;
    return new Worker(
        worker.dataset(),
        worker.plan(),
        worker.engineSpec(),
        worker.batchSpec(),
        worker.seed(),
        worker.planned(),
        null,
        worker.cutSignal());
  }

  @Tag("slow")
  @Test
  void aTrainingThatReadsAheadHasTheBitsOfOneThatDoesNot() throws Exception {
    List<Integer> next = new ArrayList<>();
    runs.train(TinyRuns.PLAIN, noting(next, false), "run=ahead");
    runs.train(TinyRuns.PLAIN, ReadingAheadTest::notReadingAhead, "run=not");

    assertThat(next).as("across the ends of epochs").containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 0);
    assertThat(runs.parameters("ahead")).isEqualTo(runs.parameters("not"));
  }

  @Tag("slow")
  @Test
  void aTrainingWithSeveralDecodingThreadsHasTheBitsOfOneWithOne() throws Exception {
    String[] one = {"run=one", "training={batch: 4, rounds: 3}", "data.decodeThreads=1"};
    String[] three = {"run=three", "training={batch: 4, rounds: 3}", "data.decodeThreads=3"};
    List<Integer> threads = new ArrayList<>();
    UnaryOperator<LocalTraining> noting =
        training -> {
          threads.add(((Worker) training).batchSpec().decodeThreads());
          return training;
        };
    Trained trained = runs.train(TinyRuns.PLAIN, noting, one);
    runs.train(TinyRuns.PLAIN, noting, three);

    assertThat(threads).containsExactly(1, 1, 1, 3, 3, 3);
    assertThat(runs.parameters("three")).isEqualTo(runs.parameters("one"));
    assertThat(trained.events(RoundFinished.class))
        .hasSize(3)
        .allSatisfy(round -> assertThat(round.waitShare()).isBetween(0.0, 1.0))
        .anySatisfy(round -> assertThat(round.waitShare()).isPositive());
  }

  @Tag("slow")
  @Test
  void whenARoundHasEndedTheNextIsBegunForEachWorker() {
    List<Integer> next = new ArrayList<>();
    runs.train(
        TinyRuns.PLAIN,
        noting(next, true),
        "run=begun",
        "averaging.localSteps=9",
        "training={batch: 2, epochs: 3}");
    assertThat(next).containsExactly(1, 2, 0);
  }

  @Tag("slow")
  @Test
  void nothingIsReadAheadWhereRoundsMayBeCut() {
    List<Integer> next = new ArrayList<>();
    runs.train(
        TinyRuns.PLAIN,
        noting(next, false),
        "run=cut",
        "averaging.quorum=0.9",
        "training.rounds=6");
    assertThat(next).as("an uncut round comes before one that may be cut").containsOnly(0);
  }

  @Test
  void workersThatTakeTurnsReadNothingAhead() {
    List<Integer> next = new ArrayList<>();
    runs.train(
        TinyRuns.PLAIN,
        noting(next, false),
        "run=turns",
        "averaging.workers=3",
        "training.rounds=2");
    assertThat(next).containsExactly(0, 0);
  }

  @Tag("slow")
  @Test
  void aTrainingThatFailsOrIsStoppedLeavesNoReader() throws Exception {
    UnaryOperator<LocalTraining> failing =
        training ->
            (worker, state) -> {
              if (worker == 1 && state.round() == 1) {
                throw new DataProblem("x.tar: is gone; restore it");
              }
              return training.train(worker, state);
            };
    Problem problem = runs.problem(TinyRuns.PLAIN, failing, "run=failing");
    assertThat(problem).hasMessageContaining("x.tar");
    Readers.awaitNone(data);

    Trained stopped = runs.trainUntil(2, UnaryOperator.identity(), "run=stopped");
    assertThat(stopped.end()).isEqualTo(End.INTERRUPTED);
  }
}
