package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.app.CommandLineFixture.Running;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.Lease;
import org.googlenet.run.RunHeldProblem;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is done with checkpoints and models on the command line, on a copy of a trained run. */
@Timeout(900)
class CheckpointsAndModelsTest {

  private static final TrainedRun TRAINED = TrainedRun.get();
  private static final String SIX = "000006-0001";
  private static final String NINE = "000009-0001";

  @TempDir private Path folder;

  private Path run;
  private Path models;

  @BeforeEach
  void copyTheRun() throws IOException {
    run = folder.resolve("runs/tiny");
    models = folder.resolve("models");
    try (Stream<Path> walk = Files.walk(TRAINED.path())) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        Path target = run.resolve(TRAINED.path().relativize(path));
        Files.createDirectories(target.getParent());
        Files.copy(path, target);
      }
    }
  }

  private static Result call(Object... arguments) {
    return CommandLineFixture.runHere(arguments);
  }

  private static JsonNode json(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.add("--format=json");
    return call(all.toArray()).json();
  }

  private ObjectStore store() {
    return new Stores(Map.of()).open(run.toString());
  }

  private Path checkpoint(String id) {
    return run.resolve("checkpoints").resolve(id);
  }

  private void damage(String checkpoint) throws IOException {
    Path blob = checkpoint(checkpoint).resolve("model.zip");
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);
  }

  @Test
  void listNamesEachCheckpointAndWhatKeepsIt() {
    Result list = call("checkpoints", "list", run).succeeded();
    assertThat(list.err()).isEmpty();
    assertThat(list.out().lines().toList())
        .satisfiesExactly(
            head -> assertThat(head).contains("checkpoint", "round", "top-1", "size", "kept by"),
            six -> assertThat(six).startsWith(SIX).containsPattern(" - +\\d\\d\\.\\d MB  last$"),
            nine ->
                assertThat(nine)
                    .startsWith(NINE)
                    .containsPattern("\\d+\\.\\d\\d% +\\d\\d\\.\\d MB  last, best \\(newest\\)$"));

    JsonNode json = json("checkpoints", "list", run);
    assertThat(json.get("newest").asText()).isEqualTo(NINE);
    assertThat(json.get("checkpoints")).hasSize(2);
    JsonNode nine = json.get("checkpoints").get(1);
    assertThat(nine.get("round").asInt()).isEqualTo(9);
    assertThat(nine.get("term").asInt()).isEqualTo(1);
    assertThat(nine.get("newest").asBoolean()).isTrue();
    assertThat(nine.get("outside").isNull()).isTrue();
    assertThat(nine.get("keptBy")).extracting(JsonNode::asText).containsExactly("last", "best");
  }

  @Test
  void listOfAllMarksWhatARewindLeftBehind() throws IOException {
    ObjectStore store = new Stores(Map.of()).open(run.toString());
    try (Lease lease =
        Lease.acquire(store, "rewinding", Duration.ofMinutes(1), Clock.systemUTC())) {
      Checkpoint six = Checkpoint.at(new Stores(Map.of()), checkpoint(SIX).toString());
      lease.rewind(Optional.of(six.manifest()));
      lease.end();
    }
    Files.createDirectories(checkpoint("000012-0001"));
    Files.writeString(checkpoint("000012-0001").resolve("model.zip"), "half");

    assertThat(call("checkpoints", "list", run).succeeded().out())
        .contains(SIX)
        .doesNotContain(NINE)
        .contains("2 more that the run does not go on from (--all shows them)");
    assertThat(call("checkpoints", "list", run, "--all").succeeded().out())
        .containsPattern(NINE + " .* left behind: term 3 went on from " + SIX)
        .containsPattern("000012-0001 .* has no manifest");
  }

  @Test
  void showTakesARunACheckpointAndAModel() {
    call("promote", checkpoint(NINE), "--models", models).succeeded();
    JsonNode ofRun = json("checkpoints", "show", run);
    assertThat(ofRun.get("checkpoint").asText()).isEqualTo(NINE);
    assertThat(ofRun.get("version").asText()).isEqualTo("tiny-" + NINE);
    assertThat(json("checkpoints", "show", checkpoint(SIX)).get("round").asInt()).isEqualTo(6);
    JsonNode ofModel = json("checkpoints", "show", models);
    assertThat(ofModel.get("run").asText()).isEqualTo(run.toString());
    assertThat(ofModel.get("parametersSha256")).isEqualTo(ofRun.get("parametersSha256"));
    assertThat(call("checkpoints", "show", run).succeeded().out())
        .containsPattern("(?m)^evaluated +8$")
        .containsPattern("(?m)^parametersSha256 +[0-9a-f]{64}$");
  }

  @Test
  void verifyReadsEveryByteAndSaysWhichOneIsDamaged() throws IOException {
    assertThat(call("checkpoints", "verify", run).succeeded().out().lines().toList())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains(run + "/checkpoints/0000", "  ok, "));
    damage(SIX);

    Result damaged = call("checkpoints", "verify", run);

    damaged.refused(2, run.toString(), "1 of 2 damaged: " + checkpoint(SIX));
    assertThat(damaged.out().lines().toList())
        .satisfiesExactly(
            six -> assertThat(six).startsWith(checkpoint(SIX) + "  model.zip has SHA-256"),
            nine -> assertThat(nine).startsWith(checkpoint(NINE) + "  ok, "));
    call("checkpoints", "verify", checkpoint(SIX)).refused(2, "1 of 1 damaged");
    call("checkpoints", "verify", checkpoint(NINE)).succeeded();
    Files.writeString(run.resolve("checkpoints/" + NINE + ".json"), "{");
    call("checkpoints", "verify", run).refused(2, "2 of 2 damaged");
  }

  @Test
  void pruneDeletesWhatNoRuleKeepsAndTheRunIsStillFinished() {
    JsonNode dry = json("checkpoints", "prune", run, "--keep-last=1", "--dry-run");
    assertThat(dry.get("deleted")).extracting(JsonNode::asText).containsExactly(SIX);
    assertThat(checkpoint(SIX)).isDirectory();
    assertThat(call("checkpoints", "prune", run).succeeded().out())
        .isEqualTo("%s: deleted 0, kept 2: %s, %s%n".formatted(run, SIX, NINE));

    Result pruned = call("checkpoints", "prune", run, "--keep-last", 1).succeeded();

    assertThat(pruned.out().lines())
        .containsExactly("deleted " + SIX, run + ": deleted 1, kept 1: " + NINE);
    assertThat(checkpoint(SIX)).doesNotExist();
    assertThat(json("checkpoints", "show", run).get("checkpoint").asText()).isEqualTo(NINE);
    assertThat(
            call("train", TRAINED.training().recipe(), "--set", "output=" + run.getParent())
                .succeeded()
                .err())
        .isEmpty();
  }

  @Test
  void pruneIsRefusedWhileADriverLives() throws IOException {
    ObjectStore store = new Stores(Map.of()).open(run.toString());
    try (Lease driver = Lease.acquire(store, "another", Duration.ofMinutes(5), Clock.systemUTC())) {
      for (String[] how : new String[][] {{"--keep-last=1"}, {"--keep-last=1", "--dry-run"}}) {
        List<Object> prune = new ArrayList<>(List.of("checkpoints", "prune", run));
        prune.addAll(List.of(how));
        call(prune.toArray()).refused(4, run.toString(), "held by another until");
      }
      driver.check();
    }
    assertThat(checkpoint(SIX)).isDirectory();
  }

  /** As a clock far ahead leaves it. */
  @Test
  void aRunThatADeadDriverHoldsForYearsIsReleased() throws IOException {
    Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofDays(1500));
    String owner;
    try (Lease lease = Lease.acquire(store(), "4711@dead", Duration.ofMinutes(1), ahead)) {
      owner = lease.term().owner();
    }
    call("checkpoints", "prune", run).refused(4, "checkpoints release " + run);
    call("checkpoints", "release", run, "--watch=10ms").refused(2, "no terminal", "--yes");
    Result released = call("checkpoints", "release", run, "--watch=10ms", "--yes").succeeded();
    assertThat(released.err())
        .contains("held by " + owner + " (term 2)", "in 1500 days", "renewed   not while");
    assertThat(released.out()).contains("released by term 3");
    assertThat(json("checkpoints", "release", run, "--yes").get("held").asBoolean()).isFalse();
    call("checkpoints", "prune", run).succeeded();
    assertThat(Checkpoint.newest(store()).manifest().id()).hasToString(NINE);
  }

  @Test
  void aLivingDriverThatIsReleasedSeesIt() throws IOException {
    try (Lease lease = Lease.acquire(store(), "alive", Duration.ofMillis(600), Clock.systemUTC())) {
      JsonNode told = json("checkpoints", "release", run, "--watch=2s", "--yes");
      assertThat(told.get("renewed").asBoolean()).isTrue();
      assertThat(told.get("released").asBoolean()).isTrue();
      assertThatThrownBy(lease::check).isInstanceOf(RunHeldProblem.class);
    }
  }

  @Test
  void aTermThatIsGoneIsSaidAndCostsNothing() throws IOException {
    Files.delete(run.resolve("terms/0001.json"));
    Files.delete(run.resolve("terms/0001.claim.json"));
    for (String command : List.of("list", "verify")) {
      Result result = call("checkpoints", command, run).succeeded();
      assertThat(result.err()).contains("terms/0001.json: gone");
      assertThat(result.out()).contains(SIX, NINE);
    }
    call("checkpoints", "prune", run, "--keep-last=2").succeeded();
    assertThat(checkpoint(SIX)).exists();
    assertThat(run.resolve("terms/0002.json")).as("no number is used twice").exists();
  }

  @Test
  void aWaitForAnotherDriverSaysForWhomAndCtrlCEndsItAtOnce() throws IOException {
    ObjectStore store = new Stores(Map.of()).open(run.toString());
    try (Lease driver = Lease.acquire(store, "another", Duration.ofMinutes(5), Clock.systemUTC());
        Running waiting =
            CommandLineFixture.start(
                "train",
                TRAINED.training().recipe(),
                "--set=output=" + run.getParent(),
                "--lease-wait=10m")) {
      Result ended = waiting.awaitLine("waiting for it until").interrupt().await();

      assertThat(ended.exitCode()).isEqualTo(130);
      assertThat(ended.err()).isEmpty();
      assertThat(ended.out().lines().toList())
          .singleElement()
          .asString()
          .startsWith(run + ": held by another (term 2); waiting for it until 20");
      driver.check();
    }
  }

  @Test
  void aPromotedModelIsEvaluatedAsItsCheckpointIs() {
    assertThat(call("promote", checkpoint(NINE), "--models", models).succeeded().out())
        .startsWith(models + "/tiny-" + NINE + " is the champion: promotion 1, top-1 ")
        .endsWith("%, copied from " + checkpoint(NINE) + System.lineSeparator());
    JsonNode ofCheckpoint = evaluation(checkpoint(NINE));
    for (Path model : List.of(models, models.resolve("tiny-" + NINE))) {
      JsonNode same = evaluation(model);
      assertThat(same.get("model").asText()).isEqualTo(models + "/tiny-" + NINE);
      for (String value : List.of("examples", "top1", "top5", "loss", "classes")) {
        assertThat(same.get(value)).as(model + " " + value).isEqualTo(ofCheckpoint.get(value));
      }
    }
    JsonNode summary = json("summary", models);
    assertThat(summary.get("side").asInt()).isEqualTo(65);
    assertThat(summary.get("totalParameters").asLong()).isEqualTo(6_401_870L);
  }

  private static JsonNode evaluation(Path model) {
    return json("evaluate", model, "--data", TRAINED.training().validation());
  }

  @Test
  void promotionsAreListedAndRolledBack() {
    JsonNode first =
        json("promote", checkpoint(SIX), "--models", models, "--version=v1", "--note=the first");
    assertThat(first.get("number").asInt()).isEqualTo(1);
    assertThat(first.get("copied").asBoolean()).isTrue();
    JsonNode again = json("promote", checkpoint(SIX), "--models", models, "--version=v1");
    assertThat(again.get("number").asInt()).isEqualTo(1);
    assertThat(again.get("copied").asBoolean() || again.get("named").asBoolean()).isFalse();
    call("promote", run, "--models", models).succeeded();

    JsonNode back = json("promote", models + "/v1", "--models", models, "--note", "worse");

    assertThat(back.get("number").asInt()).isEqualTo(3);
    assertThat(back.get("copied").asBoolean()).isFalse();
    JsonNode history = json("models", models);
    assertThat(history.get("champion").asText()).isEqualTo("v1");
    assertThat(history.get("promotions"))
        .extracting(promotion -> promotion.get("version").asText())
        .containsExactly("v1", "tiny-" + NINE, "v1");
    assertThat(history.get("promotions"))
        .extracting(promotion -> promotion.get("note").asText())
        .containsExactly("worse", "", "the first");
    assertThat(history.get("promotions").get(1).get("metrics").get("top1").asDouble())
        .isBetween(0.0, 1.0);
    assertThat(call("models", models).succeeded().out().lines().toList())
        .satisfiesExactly(
            head -> assertThat(head).contains("number", "version", "promoted", "top-1", "note"),
            third -> assertThat(third).containsPattern("^champion +3 +v1 .* worse$"),
            second -> assertThat(second).containsPattern("^ +2 +tiny-" + NINE),
            one -> assertThat(one).containsPattern("^ +1 +v1 .* the first$"));
  }

  @Test
  void whatCannotBePromotedIsRefused() throws IOException {
    call("promote", checkpoint(NINE)).refused(2, "--models");
    call("promote", checkpoint("000005-0001"), "--models", models)
        .refused(2, "000005-0001: is not a checkpoint", "checkpoints list");
    call("promote", run, "--models", models, "--version", "../v1")
        .refused(2, "--version: ../v1", "not starting with a dot");
    call("promote", run, "--models", models, "--note", "two\nlines")
        .refused(2, "--note", "one line");
    call("promote", checkpoint(NINE), "--models", models, "--version=v1").succeeded();
    call("promote", checkpoint(SIX), "--models", models, "--version=v1")
        .refused(2, models + "/v1", "is another model, checkpoint " + NINE, "--version");
    damage(SIX);
    call("promote", checkpoint(SIX), "--models", models)
        .refused(2, checkpoint(SIX).toString(), "model.zip has SHA-256");
    assertThat(json("models", models).get("promotions")).hasSize(1);
  }

  @Test
  void whatIsNotThereIsSaid() {
    Path none = folder.resolve("none");
    call("checkpoints", "list", none).refused(2, none.toString(), "no run here", "check the path");
    call("checkpoints", "verify", none).refused(2, none.toString(), "no run here");
    call("checkpoints", "prune", none).refused(2, none + "/recipe.yaml", "check the path");
    call("models", none).refused(2, none.toString(), "no model was promoted here");
    call("evaluate", models.resolve("v1"), "--data", TRAINED.training().validation())
        .refused(2, models + "/v1", "no run, checkpoint or promoted model here");
  }

  @Test
  void optionsOutOfTheirRangeAreRefused() {
    call("checkpoints", "prune", run, "--keep-last", 0).refused(2, "--keep-last: 0", "at least 1");
    call("checkpoints", "prune", run, "--keep-best=-1").refused(2, "--keep-best: -1", "at least 0");
    call("summary", run, "--classes", 10)
        .refused(2, "either a model or --variant, --classes and --side");
    call("train", "x.yaml", "--lease-wait", "soon")
        .refused(2, "--lease-wait", "'soon': must be a whole number with ms, s, m or h");
  }
}
