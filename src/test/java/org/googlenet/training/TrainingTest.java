package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.DivergedProblem;
import org.googlenet.common.Problem;
import org.googlenet.data.SampleRecords;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.report.Accuracy;
import org.googlenet.report.TrainingEvent.AlreadyFinished;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.report.TrainingEvent.RunStarted;
import org.googlenet.report.TrainingEvent.Warned;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.Outcome;
import org.googlenet.run.StateFile;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.End;
import org.googlenet.training.TrainingJob.Options;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A training of two workers on real images, and what becomes of its run. */
@Timeout(900)
class TrainingTest {

  private static final Options PLAIN = TinyRuns.PLAIN;
  private static final Options RESTART = Options.NONE.restarting(true);
  private static final Options EXTEND = Options.NONE.extending(true);

  @TempDir private static Path folder;

  private static TinyTraining tiny;
  private static TinyRuns runs;

  /** What the undisturbed training of the recipe as it is did. */
  private static Trained reference;

  @BeforeAll
  static void trainTheReference() throws IOException {
    tiny = TinyTraining.in(folder);
    runs = new TinyRuns(tiny);
    reference = train(PLAIN);
  }

  private static Trained train(Options options, String... overrides) {
    return runs.train(options, overrides);
  }

  private static Problem refusal(Options options, String... overrides) {
    return runs.problem(options, UnaryOperator.identity(), overrides);
  }

  /** Another run with the reference's past. */
  private static void copyReferenceTo(String run) throws IOException {
    Path from = tiny.run();
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        Path target = tiny.run(run).resolve(from.relativize(path));
        Files.createDirectories(target.getParent());
        Files.copy(path, target);
      }
    }
  }

  @Test
  void theLossOfTwoWorkersFallsOverTheEpochs() {
    List<Double> losses = new ArrayList<>();
    for (int epoch = 1; epoch <= 3; epoch++) {
      double sum = 0;
      for (RoundFinished round : ofEpoch(epoch)) {
        sum += round.loss().of("main") * examples(round);
      }
      losses.add(sum / TinyTraining.EXAMPLES);
    }
    assertThat(losses).allSatisfy(loss -> assertThat(loss).isBetween(0.01, 10.0));
    assertThat(losses.get(1)).as("after %s", losses).isLessThan(0.9 * losses.get(0));
    assertThat(losses.get(2)).as("after %s", losses).isLessThan(0.9 * losses.get(1));
  }

  private static List<RoundFinished> ofEpoch(int epoch) {
    return reference.events(RoundFinished.class).stream()
        .filter(round -> round.epoch() == epoch)
        .toList();
  }

  /** Of this round alone; the first two of the three in an epoch are full. */
  private static long examples(RoundFinished round) {
    return round.round() % 3 == 0 ? 4 : 16;
  }

  @Test
  void theLastRoundOfAnEpochIsShorterAndEveryRecordIsUsedInEachEpoch() {
    List<RoundFinished> rounds = reference.events(RoundFinished.class);
    assertThat(rounds)
        .extracting(RoundFinished::examples)
        .containsExactly(16L, 32L, 36L, 52L, 68L, 72L, 88L, 104L, 108L);
    assertThat(rounds).extracting(RoundFinished::epoch).containsExactly(1, 1, 1, 2, 2, 2, 3, 3, 3);
    assertThat(rounds)
        .extracting(RoundFinished::step)
        .containsExactly(2L, 4L, 5L, 7L, 9L, 10L, 12L, 14L, 15L);
  }

  @Tag("slow")
  @Test
  void aRunThatIsLongerThanItsRecipeSaysNowIsStillEvaluated() throws Exception {
    String[] recipe = {
      "run=shorter", "evaluation.every=1", "learningRate.schedule=constant", "training.rounds=1"
    };
    String[] longer = recipe.clone();
    longer[3] = "training.rounds=3";
    Trained stopped = runs.trainUntil(2, UnaryOperator.identity(), longer);
    assertThat(stopped.events(Evaluated.class)).extracting(Evaluated::round).containsExactly(1);

    Trained rest = train(PLAIN, recipe);

    assertThat(rest.end()).isEqualTo(End.FINISHED);
    assertThat(rest.events(Evaluated.class)).extracting(Evaluated::round).containsExactly(2);
  }

  @Test
  void theLearningRateFollowsTheGlobalStep() {
    assertThat(reference.events(RoundFinished.class))
        .allSatisfy(
            round ->
                assertThat(round.learningRate()).isEqualTo(0.01 * (1 - (round.step() - 1) / 15.0)));
  }

  @Test
  void theEventsTellTheStoryOfTheTraining() throws IOException {
    assertThat(reference.end()).isEqualTo(End.FINISHED);
    RunStarted started = (RunStarted) reference.events().get(0);
    assertThat(started.workers()).isEqualTo(2);
    assertThat(started.rounds()).isEqualTo(9);
    assertThat(started.parameters()).isEqualTo(6_401_870);
    assertThat(started.examples()).isEqualTo(TinyTraining.EXAMPLES);
    assertThat(reference.events(CheckpointWritten.class))
        .extracting(CheckpointWritten::name)
        .containsExactly("000003-0001", "000006-0001", "000009-0001");
    Evaluated evaluated = reference.last(Evaluated.class);
    assertThat(evaluated.round()).isEqualTo(9);
    assertThat(evaluated.examples()).isEqualTo(TinyTraining.VALIDATION_EXAMPLES);
    RunFinished finished = (RunFinished) reference.events().get(reference.events().size() - 1);
    assertThat(finished.location()).isEqualTo(tiny.run().toString());
    assertThat(finished.checkpoint()).isEqualTo("000009-0001");
    assertThat(finished.accuracy()).isEqualTo(new Accuracy(evaluated.top1(), evaluated.top5()));
    assertThat(runs.newest("tiny").counters())
        .containsEntry("round", 9L)
        .containsEntry("step", 15L)
        .containsEntry("examples", 108L);
  }

  @Test
  void theRunHoldsItsRecipeItsMetricsAndItsOutcome() throws IOException {
    Path run = tiny.run();
    assertThat(
            RecipeLoader.load(Files.readString(run.resolve("recipe.yaml")), "tiny.yaml", List.of()))
        .isEqualTo(runs.recipe());
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(run.resolve("metrics"))) {
      for (Path file : files.toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    assertThat(lines).filteredOn(line -> line.contains("\"roundFinished\"")).hasSize(9);
    assertThat(lines).filteredOn(line -> line.contains("\"evaluated\"")).hasSize(1);
    Outcome outcome = Outcome.read(runs.store("tiny")).orElseThrow();
    assertThat(outcome.isDone()).isTrue();
    assertThat(outcome.checkpoint()).hasToString("000009-0001");
  }

  @Test
  void theSameTrainingGivesTheSameBitsHoweverOftenItIsSavedAndEvaluated() throws IOException {
    Trained again = train(PLAIN, "run=again", "checkpoint.every=4", "evaluation.every=5");

    assertThat(again.events(Evaluated.class)).extracting(Evaluated::round).containsExactly(5, 9);
    assertThat(again.events(CheckpointWritten.class))
        .extracting(CheckpointWritten::name)
        .containsExactly("000004-0001", "000008-0001", "000009-0001");
    assertThat(runs.parameters("again")).isEqualTo(runs.parameters("tiny"));
  }

  @Tag("slow")
  @Test
  void anotherNumberOfWorkersGivesOtherBitsAndIsInTheRecipeOfTheRun() throws IOException {
    train(PLAIN, "run=three", "averaging.workers=3");

    assertThat(runs.parameters("three")).hasSize(64).isNotEqualTo(runs.parameters("tiny"));
    assertThat(recipeOf("three").averaging().workers()).isEqualTo(3);
    assertThat(recipeOf("tiny").averaging().workers()).isEqualTo(2);
  }

  private static Recipe recipeOf(String run) throws IOException {
    Path file = tiny.run(run).resolve("recipe.yaml");
    return RecipeLoader.load(Files.readString(file), file.toString(), List.of());
  }

  @Test
  void aFinishedTrainingIsRecognisedAlsoWithOtherFreeKeys() throws IOException {
    copyReferenceTo("done");
    Trained again = train(PLAIN, "run=done", "checkpoint.every=1", "evaluation.every=1");

    assertThat(again.end()).isEqualTo(End.WAS_FINISHED);
    assertThat(again.events())
        .containsExactly(
            new AlreadyFinished(
                "done",
                tiny.run("done").toString(),
                "000009-0001",
                9,
                reference.last(RunFinished.class).accuracy()));
    assertThat(Outcome.read(runs.store("done")).orElseThrow().isDone()).isTrue();
    assertThat(runs.parameters("done")).isEqualTo(runs.parameters("tiny"));
  }

  @Test
  void aStoppedTrainingIsSavedAndGoesOnWithoutWaitingForItsLease() throws Exception {
    Trained stopped =
        runs.trainUntil(
            4,
            UnaryOperator.identity(),
            "run=stopped",
            "checkpoint.every=100",
            "checkpoint.lease=10m");
    assertThat(stopped.end()).isEqualTo(End.INTERRUPTED);
    Interrupted interrupted = stopped.last(Interrupted.class);
    assertThat(interrupted.round()).isBetween(4, 8);
    assertThat(Outcome.read(runs.store("stopped")).orElseThrow().code()).isEqualTo(143);

    Trained rest = train(PLAIN, "run=stopped");

    assertThat(rest.last(Resumed.class).round()).isEqualTo(interrupted.round());
    assertThat(rest.events(RoundFinished.class)).hasSize(9 - interrupted.round());
    assertThat(runs.parameters("stopped")).isEqualTo(runs.parameters("tiny"));
    assertThat(runs.newest("stopped").counters()).containsEntry("examples", 108L);
  }

  @Test
  void aRunSaysAndKeepsWhatItComputesWith() throws IOException {
    RunStarted started = (RunStarted) reference.events().get(0);
    assertThat(started.engine()).isIn("onednn", "dl4j");
    assertThat(started.precision()).isEqualTo("fp32");
    assertThat(started.threads()).isPositive();
    StateFile state = CheckpointCodec.readStateFile(Checkpoint.newest(runs.store("tiny")));
    assertThat(state.arithmetic())
        .isEqualTo(
            new StateFile.Arithmetic(
                started.engine(), started.instructions(), "fp32", started.threads()));
    assertThat(state.identity()).containsEntry("training.engine", "auto");
    assertThat(reference.events(Warned.class)).isEmpty();
  }

  @Test
  void workersOnProcessorsOfOtherKindsAreNamed() {
    assertThat(Trainer.otherBits("avx512", new TreeSet<>(List.of("avx512")))).isEmpty();
    assertThat(Trainer.otherBits("avx512", new TreeSet<>())).isEmpty();
    assertThat(Trainer.otherBits("avx512", new TreeSet<>(List.of("avx2"))))
        .hasValueSatisfying(
            line -> assertThat(line).contains("(avx2 / avx512)", "other last bits"));
    assertThat(Trainer.otherBits("avx2", new TreeSet<>(List.of("avx512", "avx2")))).isPresent();
  }

  @Test
  void anotherValueOfAnIdentityKeyIsRefusedWithTheDifference() {
    Problem problem = refusal(PLAIN, "optimizer.momentum=0.8", "training.batch=8");
    assertThat(problem.exitCode()).isEqualTo(2);
    assertThat(problem)
        .hasMessageContainingAll(
            tiny.run().toString(),
            "optimizer.momentum: the run has 0.9, the recipe has 0.8",
            "training.batch: the run has 4, the recipe has 8",
            "--restart");
  }

  @Test
  void anotherDataSetIsRefusedEvenOfTheSameSize() {
    Path other = folder.resolve("other");
    SampleRecords.write(
        other,
        "train",
        SampleRecords.train(TinyTraining.EXAMPLES + 1).subList(1, TinyTraining.EXAMPLES + 1));
    Problem problem = refusal(PLAIN, "data.train=" + other);
    assertThat(problem.exitCode()).isEqualTo(2);
    assertThat(problem).hasMessageContainingAll("the data set", other.toString());
  }

  @Tag("slow")
  @Test
  void anotherLengthNeedsExtendWhereTheLearningRateDependsOnIt() throws IOException {
    copyReferenceTo("longer");
    assertThat(refusal(PLAIN, "run=longer", "training.epochs=4"))
        .hasMessageContainingAll("training.epochs: the run has 3, the recipe has 4", "--extend");

    Trained longer = train(EXTEND, "run=longer", "training.epochs=4");

    assertThat(longer.end()).isEqualTo(End.FINISHED);
    assertThat(longer.last(Resumed.class).round()).isEqualTo(9);
    assertThat(longer.events(RoundFinished.class))
        .extracting(RoundFinished::round)
        .containsExactly(10, 11, 12);
    assertThat(runs.newest("longer").counters()).containsEntry("examples", 144L);
  }

  @Test
  void restartMovesTheOldRunAsideAndBeginsAnew() throws IOException {
    copyReferenceTo("anew");

    Trained anew = train(RESTART, "run=anew", "training.epochs=1");

    assertThat(anew.events(Warned.class))
        .singleElement()
        .extracting(Warned::message)
        .asString()
        .contains(tiny.run("anew") + ".old-1");
    assertThat(anew.events(Resumed.class)).isEmpty();
    assertThat(anew.events(RoundFinished.class)).hasSize(3);
    assertThat(runs.newest("anew").counters()).containsEntry("round", 3L);
    assertThat(runs.parameters("anew.old-1")).isEqualTo(runs.parameters("tiny"));
  }

  @Test
  void aLossThatIsNoNumberStopsTheTrainingWithAWord() throws IOException {
    Problem problem =
        refusal(
            PLAIN,
            "run=diverged",
            "learningRate={schedule: constant, base: 10}",
            "optimizer.clipNorm=0");
    assertThat(problem).isInstanceOf(DivergedProblem.class);
    assertThat(problem.exitCode()).isEqualTo(5);
    assertThat(problem)
        .hasMessageContainingAll(
            "round 1: diverged: worker ", "learningRate.base (10.0)", "clipNorm");
    Outcome outcome = Outcome.read(runs.store("diverged")).orElseThrow();
    assertThat(outcome.code()).isEqualTo(5);
    assertThat(outcome.reason()).isEqualTo(problem.getMessage());
  }

  @Test
  void whatEndsADriverIsToldWithTheCodeOfTheProcess() throws IOException {
    assertThatThrownBy(
            () ->
                runs.train(
                    PLAIN,
                    workers -> {
                      throw new OutOfMemoryError("Java heap space");
                    },
                    "run=memory"))
        .isInstanceOf(OutOfMemoryError.class);
    Outcome outcome = Outcome.read(runs.store("memory")).orElseThrow();
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.reason()).startsWith("out of memory (Java heap space); give the JVM more");

    assertThatThrownBy(
            () ->
                runs.train(
                    PLAIN,
                    workers -> {
                      throw new UncheckedIOException(new IOException("No space left on device"));
                    },
                    "run=memory"))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(Outcome.read(runs.store("memory")).orElseThrow().code()).isEqualTo(7);
  }
}
