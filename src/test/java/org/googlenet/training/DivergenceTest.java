package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.Divergence;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.WorkerResult;
import org.googlenet.common.Problem;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.Rewound;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.Manifest;
import org.googlenet.run.Outcome;
import org.googlenet.run.RunHistory;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.End;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a training whose round diverges: six rounds, the fifth is the bad one. */
@Timeout(900)
class DivergenceTest {

  private static final String REWIND = "divergence={action: rewind, times: 2, rate: 0.5}";
  private static final String SIX_ROUNDS = "training.rounds=6";

  @TempDir private static Path folder;

  private static TinyRuns runs;

  @BeforeAll
  static void prepare() {
    runs = new TinyRuns(TinyTraining.in(folder));
  }

  /** Worker 1 sees no number in the fifth round, until the training was rewound so often. */
  private static UnaryOperator<LocalTraining> divergingUntil(int rewinds) {
    return training ->
        (worker, state) ->
            worker == 1 && state.round() == 4 && state.rewinds() < rewinds
                ? WorkerResult.diverged(
                    new Divergence(1, 2, "the loss of aux1 is NaN", List.of("a", "b", "c")))
                : training.train(worker, state);
  }

  @Tag("slow")
  @Test
  void theWorkerAndTheRecordsAreNamedAndTheRoundIsThrownAway() throws IOException {
    Problem problem =
        runs.problem(TinyRuns.PLAIN, divergingUntil(9), "run=stop", "checkpoint.every=1");

    assertThat(problem.exitCode()).isEqualTo(5);
    assertThat(problem)
        .hasMessage(
            "round 5: diverged: worker 1, local step 2: the loss of aux1 is NaN on records a, b, c;"
                + " the round was thrown away; lower learningRate.base (0.01) or"
                + " optimizer.clipNorm (5.0), and begin anew with train --restart or another --run");
    assertThat(runs.newest("stop").counters()).containsEntry("round", 4L);
    assertThat(Outcome.read(runs.store("stop")).orElseThrow().code()).isEqualTo(5);
  }

  @Test
  void aLossThatExplodesIsRefusedBeforeItIsNoNumber() {
    Problem problem =
        runs.problem(
            TinyRuns.PLAIN,
            UnaryOperator.identity(),
            "run=exploding",
            "learningRate={schedule: constant, base: 0.3}",
            "optimizer.clipNorm=0");
    assertThat(problem.getMessage())
        .containsPattern(
            "worker [01], local step [12]: the loss of (main|aux1|aux2) is [0-9.e+]+ on")
        .contains("set optimizer.clipNorm (0.0, which clips nothing), to 5 say")
        .doesNotContain("NaN");
  }

  @Test
  void manyRecordsAreNamedByTheFirstFew() {
    Divergence divergence = new Divergence(0, 1, "x", List.of("a", "b", "c", "d", "e", "f"));
    assertThat(divergence)
        .hasToString("worker 0, local step 1: x on records a, b, c, d and 2 more");
  }

  @Tag("slow")
  @Test
  void aRewindGoesBackToTheLastCheckpointWithALowerRate() throws IOException {
    Trained trained =
        runs.train(TinyRuns.PLAIN, divergingUntil(1), "run=rewound", REWIND, SIX_ROUNDS);

    Rewound rewound = trained.last(Rewound.class);
    assertThat(trained.end()).isEqualTo(End.FINISHED);
    assertThat(trained.events(Rewound.class)).hasSize(1);
    assertThat(rewound.reason()).contains("round 5", "worker 1", "records a, b, c");
    assertThat(rewound.checkpoint()).isEqualTo("000003-0001");
    assertThat(List.of(rewound.round(), rewound.rewinds(), rewound.times()))
        .containsExactly(3, 1, 2);
    assertThat(trained.events(RoundFinished.class))
        .extracting(RoundFinished::round)
        .containsExactly(1, 2, 3, 4, 4, 5, 6);
    RoundFinished last = trained.last(RoundFinished.class);
    assertThat(last.learningRate()).isEqualTo(0.5 * 0.01 * (1 - 9 / 10.0));
    assertThat(trained.events(CheckpointWritten.class))
        .extracting(CheckpointWritten::name)
        .containsExactly("000003-0001", "000003-0002", "000006-0002");
    assertThat(runs.newest("rewound").counters()).containsEntry("examples", 72L);
  }

  @Tag("slow")
  @Test
  void withoutACheckpointARewindBeginsAnew() {
    Trained trained =
        runs.train(
            TinyRuns.PLAIN,
            divergingUntil(2),
            "run=anew",
            "checkpoint.every=100",
            REWIND,
            SIX_ROUNDS);

    assertThat(trained.events(Rewound.class))
        .extracting(Rewound::checkpoint)
        .containsExactly(null, "000000-0002");
    assertThat(trained.last(Rewound.class).learningRate()).isEqualTo(0.01 / 4);
    assertThat(trained.events(RoundFinished.class)).hasSize(4 + 4 + 6);
  }

  @Tag("slow")
  @Test
  void afterTooManyRewindsTheTrainingStops() throws IOException {
    Problem problem =
        runs.problem(TinyRuns.PLAIN, divergingUntil(3), "run=often", REWIND, SIX_ROUNDS);

    assertThat(problem.exitCode()).isEqualTo(5);
    assertThat(problem).hasMessageContainingAll("round 5: diverged", "after 2 rewinds");
    assertThat(runs.newest("often").counters())
        .containsEntry("round", 3L)
        .containsEntry("rewinds", 2L);
  }

  @Tag("slow")
  @Test
  void aRewindLeavesALaterCheckpointBehindWhichDoesNotVerify() throws IOException {
    String fourth = runs.tiny().run("damaged") + "/checkpoints/000004-0001";
    UnaryOperator<LocalTraining> workers =
        training ->
            (worker, state) -> {
              if (worker == 1 && state.round() == 4 && state.rewinds() == 0) {
                awaitFile(Path.of(fourth + ".json"));
                Files.write(Path.of(fourth, "model.zip"), new byte[] {1});
              }
              return divergingUntil(1).apply(training).train(worker, state);
            };

    Trained trained =
        runs.train(
            TinyRuns.PLAIN,
            workers,
            "run=damaged",
            "checkpoint={every: 1, keepLast: 100, lease: 2s}",
            REWIND,
            SIX_ROUNDS);

    assertThat(trained.last(Rewound.class).checkpoint()).isEqualTo("000003-0001");
    RunHistory history = RunHistory.read(runs.store("damaged"));
    assertThat(history.checkpoints())
        .extracting(Manifest::id)
        .extracting(CheckpointId::toString)
        .contains("000003-0001", "000004-0002", "000006-0002")
        .doesNotContain("000004-0001");
  }

  /** Checkpoints are written beside the next round. */
  private static void awaitFile(Path file) throws InterruptedException {
    while (!Files.exists(file)) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  @Tag("slow")
  @Test
  void aTrainingThatStopsBeforeAndAfterARewindEndsWithTheSameBits() throws Exception {
    runs.train(TinyRuns.PLAIN, divergingUntil(1), "run=whole", REWIND, SIX_ROUNDS);
    // Before the rewind and after it; neither checkpoint is one that a rewind would go back to.
    runs.trainUntil(4, divergingUntil(1), "run=broken", REWIND, SIX_ROUNDS);
    Trained rewound = runs.trainUntil(5, divergingUntil(1), "run=broken", REWIND, SIX_ROUNDS);
    assertThat(rewound.last(Rewound.class).checkpoint()).isEqualTo("000003-0001");

    Trained rest = runs.train(TinyRuns.PLAIN, divergingUntil(1), "run=broken", REWIND, SIX_ROUNDS);

    assertThat(rest.last(Resumed.class).round()).isEqualTo(5);
    assertThat(rest.events(Rewound.class)).isEmpty();
    assertThat(rest.last(RoundFinished.class).learningRate())
        .isEqualTo(0.5 * 0.01 * (1 - 9 / 10.0));
    assertThat(runs.parameters("broken")).isEqualTo(runs.parameters("whole"));
    assertThat(runs.newest("broken").counters()).isEqualTo(runs.newest("whole").counters());
  }
}
