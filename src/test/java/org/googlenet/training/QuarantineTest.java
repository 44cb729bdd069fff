package org.googlenet.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.googlenet.DamagedTiny;
import org.googlenet.averaging.Divergence;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.WorkerResult;
import org.googlenet.common.Problem;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.Quarantined;
import org.googlenet.report.TrainingEvent.Rewound;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.Quarantine;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.End;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A training on data of which some records cannot be used: rounds of 16, 16 and 4 records. */
@Timeout(900)
class QuarantineTest {

  private static final String FEW = "data.quarantine=10";
  private static final String FOUR_ROUNDS = "training.rounds=4";
  private static final int GOOD = 36 - DamagedTiny.BAD.size();

  @TempDir private static Path folder;

  private static TinyRuns runs;

  /** What an undisturbed training has come to. */
  private static Trained whole;

  @BeforeAll
  static void trainUndisturbed() {
    runs = new TinyRuns(DamagedTiny.in(folder));
    whole = train("run=whole");
  }

  private static Trained train(String run, String... overrides) {
    return train(run, UnaryOperator.identity(), overrides);
  }

  private static Trained train(
      String run, UnaryOperator<LocalTraining> workers, String... overrides) {
    return runs.train(TinyRuns.PLAIN, workers, with(run, overrides));
  }

  private static String[] with(String run, String... overrides) {
    String[] all = {run, FEW, FOUR_ROUNDS, "checkpoint={every: 2, keepLast: 9, lease: 2s}"};
    return Stream.concat(Arrays.stream(all), Arrays.stream(overrides)).toArray(String[]::new);
  }

  private static List<Quarantine.Entry> file(String run) throws IOException {
    return Quarantine.fromJsonLines(
            runs.store(run).readBytes(Quarantine.NAME, 1 << 20), Quarantine.NAME)
        .entries();
  }

  private static void assertAsWhole(String run) throws IOException {
    assertThat(runs.parameters(run)).isEqualTo(runs.parameters("whole"));
    assertThat(runs.newest(run).counters()).isEqualTo(runs.newest("whole").counters());
    assertThat(file(run)).isEqualTo(file("whole"));
  }

  @Test
  void theTrainingGoesOnWithTheOthersAndEachIsToldOnce() throws IOException {
    assertThat(whole.end()).isEqualTo(End.FINISHED);
    assertThat(whole.events(RoundFinished.class))
        .extracting(RoundFinished::examples)
        .containsExactly(14L, 29L, 32L, 46L);
    assertThat(whole.events(RoundFinished.class))
        .extracting(RoundFinished::quarantined)
        .containsExactly(2L, 3L, 4L, 4L);
    assertThat(whole.events(RoundFinished.class))
        .as("the learning rate is that of the plan")
        .extracting(RoundFinished::step)
        .containsExactly(2L, 4L, 5L, 7L);
    assertThat(whole.events(Quarantined.class))
        .extracting(Quarantined::round)
        .containsExactly(1, 1, 2, 3);
    assertThat(whole.events(Quarantined.class).get(0).text())
        .startsWith("warning: shard train-00000.tar: record ")
        .contains(": image is damaged")
        .endsWith("; it is passed over");
    assertThat(whole.last(RoundFinished.class).text()).contains(", 4 bad records passed over, ");
    assertThat(whole.last(RunFinished.class).text()).contains("46 examples, 4 bad records passed");
    assertThat(whole.last(Evaluated.class).unread()).isEqualTo(1);
    assertThat(whole.last(Evaluated.class).text())
        .contains("of 7 examples (1 more could not be read and are not counted)");
  }

  @Test
  void theRunHasAFileOfThem() throws IOException {
    List<Quarantine.Entry> entries = file("whole");
    assertThat(entries).extracting(Quarantine.Entry::position).isEqualTo(DamagedTiny.BAD);
    assertThat(entries).extracting(Quarantine.Entry::round).containsExactly(1, 1, 2, 3);
    assertThat(entries)
        .extracting(Quarantine.Entry::kind)
        .containsExactly("image", "label", "record", "image");
    assertThat(entries.get(1).key()).isNotBlank();
    assertThat(entries.get(1).reason()).contains("label 77 is outside 0..9");
    assertThat(entries.get(2).key()).isNull();
    Checkpoint newest = Checkpoint.newest(runs.store("whole"));
    assertThat(newest.bytes(Quarantine.NAME))
        .isEqualTo(runs.store("whole").readBytes(Quarantine.NAME, 1 << 20));
  }

  @Test
  void aTrainingThatIsStoppedAndGoesOnEndsWithTheSameBitsAndTheSameFile() throws Exception {
    runs.trainUntil(1, UnaryOperator.identity(), with("run=broken"));
    assertThat(file("broken")).hasSizeBetween(2, 3);

    Trained rest = train("run=broken");

    assertThat(rest.last(RoundFinished.class).quarantined()).isEqualTo(4);
    assertThat(rest.events(Quarantined.class))
        .as("what was told before is not told again")
        .hasSizeBetween(1, 2);
    assertAsWhole("broken");
  }

  @Tag("slow")
  @Test
  void moreThanAreToleratedEndTheTrainingAfterTheirRoundAndARaisedToleranceGoesOn()
      throws IOException {
    Problem problem =
        runs.problem(TinyRuns.PLAIN, worker -> worker, with("run=many", "data.quarantine=2"));

    assertThat(problem.exitCode()).isEqualTo(3);
    assertThat(problem.getMessage())
        .startsWith(
            runs.tiny().folder()
                + "/train: more than the 2 of 36 records that data.quarantine (2) allows cannot be used: shard")
        .contains(
            "label 77 is outside", "googlenet validate", "--skip-bad", "raise data.quarantine")
        .endsWith(
            "round 2 is saved as checkpoint 000002-0001, from which the same command goes on");
    assertThat(file("many")).hasSize(3);

    Problem again =
        runs.problem(TinyRuns.PLAIN, worker -> worker, with("run=many", "data.quarantine=2"));
    assertThat(again.getMessage()).contains("the 2 of 36 records", "round 2 is saved as");

    train("run=many");
    assertAsWhole("many");
  }

  @Tag("slow")
  @Test
  void aWorkerThatAloneMeetsMoreThanAreToleratedStopsAndItsRoundDoesNotCount() throws IOException {
    List<Integer> bad = IntStream.rangeClosed(24, 35).boxed().toList();
    TinyRuns torn = new TinyRuns(DamagedTiny.in(folder.resolve("stopped"), bad));
    String[] strict = {FOUR_ROUNDS, "data.quarantine=5", "checkpoint.every=9"};

    Problem problem = torn.problem(TinyRuns.PLAIN, worker -> worker, strict);

    assertThat(problem.exitCode()).isEqualTo(3);
    assertThat(problem.getMessage())
        .contains("/train: more than the 5 of 36 records that data.quarantine (5) allows")
        .contains("round 1 is saved as checkpoint 000001-0001");
    assertThat(torn.problem(TinyRuns.PLAIN, worker -> worker, strict).getMessage())
        .isEqualTo(problem.getMessage());

    torn.train(TinyRuns.PLAIN, FOUR_ROUNDS, "data.quarantine=50%", "checkpoint.every=9");
    torn.train(
        TinyRuns.PLAIN, FOUR_ROUNDS, "data.quarantine=50%", "checkpoint.every=9", "run=at-once");
    assertThat(torn.parameters("tiny")).isEqualTo(torn.parameters("at-once"));
  }

  @Test
  void withNoToleranceTheFirstOneEndsTheTraining() {
    Problem problem =
        runs.problem(TinyRuns.PLAIN, worker -> worker, with("run=strict", "data.quarantine=0"));
    assertThat(problem.exitCode()).isEqualTo(3);
    assertThat(problem.getMessage())
        .startsWith("shard " + runs.tiny().folder() + "/train/train-00000.tar: record ")
        .endsWith("again with 'googlenet prepare'");
  }

  @Test
  void tooManyBadRecordsOfTheValidationDataEndTheTrainingToo() throws IOException {
    Problem problem =
        runs.problem(
            TinyRuns.PLAIN,
            worker -> worker,
            with(
                "run=blind",
                "data.validation=" + runs.tiny().folder().resolve("train"),
                "data.quarantine=3",
                "evaluation.every=1"));
    assertThat(problem.exitCode()).isEqualTo(3);
    assertThat(problem.getMessage())
        .contains(
            "/train: more than the 3 of 36 records that data.quarantine (3) allows cannot be used: shard")
        .contains("round 1 is saved as checkpoint 000001-0001");
  }

  @Tag("slow")
  @Test
  void aRewindForgetsWhatCameAfterIt() throws IOException {
    UnaryOperator<LocalTraining> diverging =
        training ->
            (worker, state) ->
                worker == 1 && state.round() == 3 && state.rewinds() == 0
                    ? WorkerResult.diverged(new Divergence(1, 1, "the loss is NaN", List.of("a")))
                    : training.train(worker, state);

    Trained trained = train("run=rewound", diverging, "divergence={action: rewind, rate: 1.0}");

    assertThat(trained.last(Rewound.class).round()).isEqualTo(2);
    assertThat(trained.events(RoundFinished.class))
        .extracting(RoundFinished::quarantined)
        .containsExactly(2L, 3L, 4L, 4L, 4L);
    assertThat(trained.events(Quarantined.class))
        .as("the third round is done twice")
        .extracting(Quarantined::round)
        .containsExactly(1, 1, 2, 3, 3);
    assertThat(file("rewound")).isEqualTo(file("whole"));
  }

  @Tag("slow")
  @Test
  void aWorkerOrARoundWithoutAnyGoodRecordIsNoReasonToEnd() throws IOException {
    TinyRuns torn =
        new TinyRuns(
            DamagedTiny.in(folder.resolve("torn"), IntStream.rangeClosed(24, 35).boxed().toList()));

    Trained trained =
        torn.train(
            TinyRuns.PLAIN,
            "data.quarantine=50%",
            FOUR_ROUNDS,
            "checkpoint.every=1",
            "checkpoint.keepLast=9");

    assertThat(trained.events(RoundFinished.class))
        .as("worker 1 of round 2, and both of round 3, have nothing")
        .extracting(RoundFinished::examples)
        .containsExactly(16L, 24L, 24L, 40L);
    assertThat(trained.events(RoundFinished.class).get(2).step()).isEqualTo(5);
    assertThat(trained.events(Quarantined.class)).hasSize(11);
    assertThat(trained.events(Quarantined.class).get(10).text())
        .isEqualTo(
            "warning: 2 more bad records in round 3 passed over, 12 in all; quarantine.jsonl of the run names them");
    assertThat(parametersOf(torn, "000003-0001")).isEqualTo(parametersOf(torn, "000002-0001"));
  }

  private static String parametersOf(TinyRuns of, String checkpoint) throws IOException {
    byte[] manifest = of.store("tiny").readBytes("checkpoints/" + checkpoint + ".json", 1 << 20);
    return new String(manifest, UTF_8)
        .replaceAll("(?s).*\"parametersSha256\" : \"(\\w+)\".*", "$1");
  }

  @Tag("slow")
  @Test
  void roundsThatAreCutMissNone() throws IOException {
    Trained trained =
        train(
            "run=cut",
            Slowed.by(300),
            "training={batch: 2, rounds: 6}",
            "averaging={workers: 2, localSteps: 8, quorum: 0.7}",
            "evaluation.every=0");

    assertThat(trained.last(RoundFinished.class).examples()).isEqualTo(3L * GOOD);
    assertThat(file("cut"))
        .extracting(Quarantine.Entry::position)
        .containsExactlyInAnyOrderElementsOf(DamagedTiny.BAD);
    assertThat(trained.events(Quarantined.class)).hasSize(DamagedTiny.BAD.size());
  }
}
