package org.googlenet.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.googlenet.training.TinyRuns.PLAIN;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.StandIn;
import org.googlenet.common.Problem;
import org.googlenet.data.format.DataProblem;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.report.TrainingEvent.Warned;
import org.googlenet.run.Outcome;
import org.googlenet.storage.StorageProblem;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.End;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a training that fails between two checkpoints: every round that was done. */
@Timeout(900)
class FailingTrainingTest {

  /** No checkpoint is due before the end. */
  private static final String RARELY = "checkpoint={every: 50, keepLast: 2, lease: 2s}";

  private static final String FOUR_ROUNDS = "training.rounds=4";
  private static final String EVALUATE = "evaluation.every=2";

  @TempDir private static Path folder;

  private static TinyRuns runs;
  private static Path kept;

  /** The parameters that every training here must end with. */
  private static String expected;

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    kept = folder.resolve("kept");
    System.setProperty(LocalState.FOLDER, kept.toString());
    runs = new TinyRuns(TinyTraining.in(folder));
    train("undisturbed", FailingTrainingTest::quick);
    expected = runs.parameters("undisturbed");
  }

  @AfterAll
  static void forgetTheFolder() {
    System.clearProperty(LocalState.FOLDER);
  }

  /** Rounds of milliseconds: what a worker computes is of no interest here. */
  private static LocalTraining quick(LocalTraining training) {
    return new StandIn();
  }

  private static Trained train(
      String run, UnaryOperator<LocalTraining> workers, String... overrides) {
    return runs.train(PLAIN, workers, with(run, overrides));
  }

  private static String[] with(String run, String... overrides) {
    List<String> all = new ArrayList<>(List.of("run=" + run, RARELY, FOUR_ROUNDS));
    all.addAll(List.of(overrides));
    return all.toArray(new String[0]);
  }

  /** Worker 1 fails in the third round. */
  private static UnaryOperator<LocalTraining> failing(RuntimeException failure) {
    return training ->
        (worker, state) -> {
          if (worker == 1 && state.round() == 2) {
            throw failure;
          }
          return new StandIn().train(worker, state);
        };
  }

  private static void assertEndsWithTheSameBits(String run) throws IOException {
    Trained rest = train(run, FailingTrainingTest::quick);
    assertThat(rest.last(Resumed.class).round()).isEqualTo(2);
    assertThat(rest.events(RoundFinished.class)).hasSize(2);
    assertThat(runs.parameters(run)).isEqualTo(expected);
  }

  @Tag("slow")
  @Test
  void theRoundsBeforeAProblemOfAWorkerAreSavedAndSaidToBe() throws IOException {
    Problem problem =
        runs.problem(PLAIN, failing(new DataProblem("x.tar: is gone; restore it")), with("data"));

    assertThat(problem.exitCode()).isEqualTo(3);
    assertThat(problem)
        .hasMessage(
            "x.tar: is gone; restore it; round 2 is saved as checkpoint 000002-0001, from which the"
                + " same command goes on");
    Outcome outcome = Outcome.read(runs.store("data")).orElseThrow();
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.reason()).isEqualTo(problem.getMessage());
    assertThat(outcome.checkpoint()).hasToString("000002-0001");
    assertEndsWithTheSameBits("data");
  }

  @Tag("slow")
  @Test
  void theSameOfWhatNobodyExpected() throws IOException {
    Problem problem = runs.problem(PLAIN, failing(new IllegalStateException("odd")), with("odd"));

    assertThat(problem.exitCode()).isEqualTo(1);
    assertThat(problem)
        .hasMessageStartingWith("unexpected: IllegalStateException: odd")
        .hasMessageContaining("round 2 is saved as checkpoint 000002-0001");
    assertEndsWithTheSameBits("odd");
  }

  @Tag("slow")
  @Test
  void theSameOfAStoreOfDataThatIsAway() throws IOException {
    Problem problem =
        runs.problem(PLAIN, failing(new StorageProblem("s3a://b: no answer")), with("away"));

    assertThat(problem.exitCode()).isEqualTo(7);
    assertThat(runs.newest("away").counters()).containsEntry("round", 2L);
  }

  @Tag("slow")
  @Test
  void theSameOfADataSetThatIsMovedAway() throws IOException {
    TinyRuns moving = new TinyRuns(TinyTraining.in(folder.resolve("moving")));
    String data = moving.tiny().folder().resolve("train").toString();
    UnaryOperator<LocalTraining> workers =
        training ->
            (worker, state) -> {
              if (state.round() == 2) {
                moveAway(Path.of(data));
              }
              return training.train(worker, state);
            };

    Problem problem = moving.problem(PLAIN, workers, RARELY, FOUR_ROUNDS);

    assertThat(problem.exitCode()).isEqualTo(3);
    // A round whose batches were read ahead, before the folder went away, is trained yet.
    long saved = moving.newest("tiny").counters().get("round");
    assertThat(saved).isBetween(2L, 3L);
    assertThat(problem).hasMessageContainingAll("train-0", "round " + saved + " is saved as");
  }

  private static synchronized void moveAway(Path data) throws IOException {
    if (Files.exists(data)) {
      Files.move(data, data.resolveSibling("elsewhere"));
    }
  }

  @Test
  void aFailureBeforeTheFirstRoundIsSaidAsItIsAndLeavesNoCheckpoint() throws IOException {
    Problem problem =
        catchThrowableOfType(
            Problem.class,
            () ->
                train(
                    "first",
                    training ->
                        (worker, state) -> {
                          throw new DataProblem("x.tar: is gone; restore it");
                        }));
    assertThat(problem).isInstanceOf(DataProblem.class).hasMessage("x.tar: is gone; restore it");
    assertThat(runs.store("first").list("checkpoints")).isEmpty();
  }

  @Test
  void aStateThatTheStorageDoesNotTakeIsKeptOnThisMachineAndTakenUp() throws IOException {
    Problem problem = runs.problem(PLAIN, blocking("blocked"), with("blocked"));

    assertThat(problem.exitCode()).isEqualTo(3);
    assertThat(problem)
        .hasMessageContainingAll("round 2 is kept in " + kept, "where the same command goes on");
    assertThat(keptOf("blocked")).isPresent();
    unblock("blocked");

    Trained rest = train("blocked", FailingTrainingTest::quick);
    assertThat(rest.events(Warned.class))
        .extracting(Warned::message)
        .anyMatch(line -> line.startsWith("taking up round 2, which was kept in " + kept));
    assertThat(rest.events(RoundFinished.class)).hasSize(2);
    assertThat(runs.parameters("blocked")).isEqualTo(expected);
    assertThat(keptOf("blocked")).as("it is in the run now").isEmpty();
    assertThat(metrics("blocked")).contains("\"round\":1,", "\"round\":2,", "\"round\":4,");
  }

  /** Fails in the third round, when a file lies where the checkpoints would. */
  private static UnaryOperator<LocalTraining> blocking(String run) {
    return training ->
        (worker, state) -> {
          if (state.round() == 2) {
            Files.write(runs.tiny().run(run).resolve("checkpoints"), new byte[0]);
            throw new DataProblem("x.tar: is gone; restore it");
          }
          return new StandIn().train(worker, state);
        };
  }

  private static void unblock(String run) throws IOException {
    Files.delete(runs.tiny().run(run).resolve("checkpoints"));
  }

  private static Optional<LocalState.Found> keptOf(String run) throws IOException {
    return LocalState.of(runs.recipe(with(run))).find(damage -> {}).stream().findFirst();
  }

  private static String metrics(String run) throws IOException {
    StringBuilder all = new StringBuilder();
    for (var entry : runs.store(run).list("metrics")) {
      all.append(new String(runs.store(run).readBytes(entry.name(), 1 << 20), UTF_8));
    }
    return all.toString();
  }

  @Tag("slow")
  @Test
  void aStateThatWasKeptIsPassedOverWhereTheRunWentOnWithoutIt() throws IOException {
    runs.problem(PLAIN, blocking("overtaken"), with("overtaken"));
    unblock("overtaken");
    System.setProperty(LocalState.FOLDER, folder.resolve("another-machine").toString());
    Throwable elsewhere =
        catchThrowable(
            () -> train("overtaken", failing(new DataProblem("x.tar: is gone; restore it"))));
    System.setProperty(LocalState.FOLDER, kept.toString());
    assertThat(elsewhere).hasMessageContaining("saved as checkpoint 000002-0002");

    Trained rest = train("overtaken", FailingTrainingTest::quick);

    assertThat(rest.events(Warned.class))
        .extracting(Warned::message)
        .anyMatch(line -> line.contains("does not follow") && line.contains("delete the folder"));
    assertThat(rest.last(Resumed.class).checkpoint()).isEqualTo("000002-0002");
    assertThat(runs.parameters("overtaken")).isEqualTo(expected);
  }

  @Tag("slow")
  @Test
  void aStateThatWasKeptAndIsDamagedIsPassedOver() throws IOException {
    runs.problem(PLAIN, blocking("damaged"), with("damaged"));
    unblock("damaged");
    Path term = keptOf("damaged").orElseThrow().folder().resolve("terms/0001.json");
    Files.writeString(term, "{");

    Trained trained = train("damaged", FailingTrainingTest::quick);

    assertThat(trained.events(Warned.class))
        .extracting(Warned::message)
        .anyMatch(line -> line.startsWith("what was kept on this machine is passed over: "));
    assertThat(trained.events(RoundFinished.class)).hasSize(4);
  }

  @Tag("slow")
  @Test
  void aRunThatIsBegunAnewDoesNotTakeUpWhatTheOldOneKept() throws IOException {
    runs.problem(PLAIN, blocking("anew"), with("anew"));
    unblock("anew");

    Trained trained =
        runs.train(TrainingJob.Options.NONE.restarting(true), with("anew", "training.rounds=1"));

    assertThat(trained.events(RoundFinished.class)).hasSize(1);
    assertThat(trained.events(Resumed.class)).isEmpty();
  }

  @Tag("slow")
  @Test
  void aTrainingThatIsStoppedBeforeAnEvaluationKeepsTheRoundAndEvaluatesItLater() throws Exception {
    Trained first = runs.trainUntil(2, FailingTrainingTest::quick, with("stopped", EVALUATE));
    assertThat(first.end()).isEqualTo(End.INTERRUPTED);
    assertThat(first.events(Evaluated.class)).isEmpty();
    assertThat(runs.newest("stopped").counters()).containsEntry("round", 2L);

    Trained second = runs.trainUntil(4, FailingTrainingTest::quick, with("stopped", EVALUATE));
    assertThat(second.end()).as("the last evaluation is missing").isEqualTo(End.INTERRUPTED);
    assertThat(second.events(Evaluated.class)).extracting(Evaluated::round).containsExactly(2);

    Trained third = train("stopped", FailingTrainingTest::quick, EVALUATE);
    assertThat(third.end()).isEqualTo(End.FINISHED);
    assertThat(third.events(RoundFinished.class)).isEmpty();
    assertThat(third.events(Evaluated.class)).extracting(Evaluated::round).containsExactly(4);
    assertThat(third.last(RunFinished.class).accuracy()).isNotNull();
    assertThat(runs.parameters("stopped")).isEqualTo(expected);
    assertThat(train("stopped", FailingTrainingTest::quick, EVALUATE).end())
        .isEqualTo(End.WAS_FINISHED);
  }
}
