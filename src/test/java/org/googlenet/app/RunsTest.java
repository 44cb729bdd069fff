package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.run.Lease;
import org.googlenet.run.Outcome;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The table of all runs, and what differs between two, on copies of a trained run. */
@Timeout(900)
class RunsTest {

  private static final TrainedRun TRAINED = TrainedRun.get();

  @TempDir private Path folder;

  private Path runs;

  @BeforeEach
  void copyTheRun() throws IOException {
    runs = folder.resolve("runs");
    copy("monday");
  }

  private void copy(String name) throws IOException {
    try (Stream<Path> walk = Files.walk(TRAINED.path())) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        Path target = runs.resolve(name).resolve(TRAINED.path().relativize(path));
        Files.createDirectories(target.getParent());
        Files.copy(path, target);
      }
    }
  }

  private static Result call(Object... arguments) {
    return CommandLineFixture.runHere(arguments);
  }

  private ObjectStore store(String name) {
    return new Stores(Map.of()).open(runs.resolve(name).toString());
  }

  private Lease take(String name, Duration length) throws IOException {
    return Lease.acquire(store(name), Lease.newOwner(), length, Clock.systemUTC());
  }

  /** The rows by the names of the runs. */
  private Map<String, JsonNode> rows() {
    Map<String, JsonNode> rows = new HashMap<>();
    call("runs", runs, "--format=json")
        .json()
        .path("runs")
        .forEach(row -> rows.put(row.path("run").asText(), row));
    return rows;
  }

  private String state(String name) {
    return rows().get(name).path("state").asText();
  }

  private void replace(String run, String file, String old, String now) throws IOException {
    Path path = runs.resolve(run).resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(old);
    Files.writeString(path, text.replace(old, now));
  }

  @Test
  void aFinishedRunHasItsRoundsItsAccuracyAndItsNewestCheckpoint() {
    JsonNode row = rows().get("monday");
    assertThat(row.path("state").asText()).isEqualTo("finished");
    assertThat(row.path("round").asInt()).isEqualTo(9);
    assertThat(row.path("rounds").asInt()).isEqualTo(9);
    assertThat(row.path("checkpoint").asText()).isEqualTo("000009-0001");
    assertThat(row.path("top1").asDouble()).isBetween(0.0, 1.0);
    assertThat(row.path("bestTop1").asDouble()).isGreaterThanOrEqualTo(row.path("top1").asDouble());
    assertThat(Duration.between(Instant.parse(row.path("heard").asText()), Instant.now()))
        .isBetween(Duration.ZERO, Duration.ofHours(1));
  }

  @Test
  void theTableHasARunALine() throws IOException {
    copy("tuesday");
    Lease held = take("tuesday", Duration.ofMinutes(10));
    String out = call("runs", runs).succeeded().out();
    held.close();
    assertThat(out.lines().toList()).hasSize(3);
    assertThat(out.lines().toList().get(0))
        .matches("run +state +rounds +top-1 +best +heard of +checkpoint");
    assertThat(out.lines().toList().get(1))
        .matches(
            "tuesday +running +9/9 +[0-9.]+% +[0-9.]+% +[0-9TZ:-]+, [0-9]+ s ago +000009-0001 +by [0-9]+@.*")
        .doesNotContainPattern("-[0-9a-f]{8}$");
    assertThat(out.lines().toList().get(2))
        .matches("monday +finished +9/9 +[0-9.]+% +[0-9.]+% +.* ago +000009-0001");
  }

  @Test
  void aRunIsRunningWhileItsLeaseLastsAndLostAfterIt() throws IOException {
    try (Lease held = take("monday", Duration.ofMinutes(10))) {
      assertThat(state("monday")).isEqualTo("running");
      String term = Files.readString(runs.resolve("monday/terms/0002.json"));
      Files.writeString(
          runs.resolve("monday/terms/0002.json"),
          term.replaceFirst("\"deadline\" : [0-9]+", "\"deadline\" : 1000"));
      assertThat(state("monday")).isEqualTo("lost");
      assertThat(rows().get("monday").path("reason").asText()).contains("without a word");
    }
  }

  @Test
  void aRunThatEndedEarlySaysHow() throws IOException {
    copy("failed");
    replace("failed", "outcome.json", "\"code\" : 0", "\"code\" : 5");
    replace("failed", "outcome.json", "\"finished\"", "\"round 5: diverged\"");
    copy("unsaved");
    for (String stopped : List.of("monday", "unsaved")) {
      replace(stopped, "outcome.json", "\"code\" : 0", "\"code\" : 143");
    }
    replace("monday", "outcome.json", "\"finished\"", "\"interrupted\"");
    replace("unsaved", "outcome.json", "\"finished\"", "\"round 6 could not be saved\"");

    assertThat(state("monday")).isEqualTo("interrupted");
    assertThat(state("unsaved")).isEqualTo("failed");
    assertThat(state("failed")).isEqualTo("failed");
    assertThat(call("runs", runs).succeeded().out())
        .containsPattern("failed +failed \\(5\\) .*000009-0001 +round 5: diverged\n");
  }

  @Test
  void whatIsDamagedOrNoRunIsARowThatSaysSo() throws IOException {
    copy("team/damaged");
    Files.writeString(runs.resolve("team/damaged/terms/0001.json"), "{");
    Files.createDirectories(runs.resolve("notes"));
    Files.writeString(runs.resolve("notes/todo.txt"), "train");
    Files.writeString(runs.resolve("readme.txt"), "a file");

    Map<String, JsonNode> rows = rows();
    assertThat(rows).containsOnlyKeys("monday", "team/damaged", "notes");
    assertThat(rows.get("team/damaged").path("state").asText()).isEqualTo("damaged");
    assertThat(rows.get("team/damaged").path("reason").asText()).contains("terms/0001.json");
    assertThat(rows.get("notes").path("state").asText()).isEqualTo("none");
    assertThat(call("runs", runs).succeeded().out().lines().toList().get(1)).startsWith("monday");
  }

  @Test
  void aRunItselfIsAFolderOfOneRun() {
    assertThat(call("runs", runs.resolve("monday")).succeeded().out()).contains("\n.  ");
  }

  @Test
  void noBlobIsRead() throws IOException {
    try (Stream<Path> walk = Files.walk(runs)) {
      List<Path> blobs =
          walk.filter(path -> path.toString().matches(".*/checkpoints/[0-9-]+/.*")).toList();
      assertThat(blobs).isNotEmpty();
      for (Path blob : blobs) {
        Files.write(blob, new byte[0]);
      }
    }
    assertThat(state("monday")).isEqualTo("finished");
  }

  @Test
  void aFolderWithoutAnythingIsRefused() {
    call("runs", folder.resolve("nothing")).refused(2, "there are no runs here");
    call("runs").refused(2, "name a folder");
  }

  @Test
  void theDifferencesOfTwoRecipesBeginWithWhatDecidesTheResult() throws IOException {
    copy("tuesday");
    replace("tuesday", "recipe.yaml", "seed: 1", "seed: 2");
    replace("tuesday", "recipe.yaml", "keepLast: ", "keepLast: 1");

    JsonNode json = call("runs", runs, "--diff", "monday", "tuesday", "--format=json").json();
    assertThat(keys(json, "result")).containsExactly("training.seed");
    assertThat(keys(json, "other")).containsExactly("checkpoint.keepLast");
    assertThat(keys(json, "data")).isEmpty();
    assertThat(json.path("result").get(0).path("a").asText()).isEqualTo("1");
    assertThat(json.path("result").get(0).path("b").asText()).isEqualTo("2");
    String text =
        call("runs", "--diff", runs.resolve("monday"), runs.resolve("tuesday")).succeeded().out();
    assertThat(text)
        .containsPattern("^recipe, what decides the result +\\S+/monday +\\S+/tuesday\n")
        .containsPattern("\n  training.seed +1 +2\nrecipe, what does not ");
  }

  @Test
  void otherDataShowsByItsFingerprint() throws IOException {
    copy("tuesday");
    for (Path file : files("tuesday/metrics")) {
      String events = Files.readString(file, StandardCharsets.UTF_8);
      Files.writeString(file, events.replaceFirst("(\"fingerprint\":\")[0-9a-f]{8}", "$100000000"));
    }
    JsonNode json = call("runs", runs, "--diff", "monday", "tuesday", "--format=json").json();
    assertThat(keys(json, "data")).containsExactly("train SHA-256");
    assertThat(json.path("notKnown")).isEmpty();
  }

  @Test
  void equalRunsHaveNoDifferenceAndOneWithoutEventsSaysNothingOfItsData() throws IOException {
    copy("tuesday");
    assertThat(call("runs", runs, "--diff", "monday", "tuesday").succeeded().out())
        .isEqualTo("no difference\n");
    for (Path file : files("tuesday/metrics")) {
      Files.delete(file);
    }
    assertThat(call("runs", runs, "--diff", "monday", "tuesday").succeeded().out())
        .contains("tuesday: its events do not say its data and versions");
  }

  @Test
  void aRunThatIsNotThereIsNamed() {
    call("runs", runs, "--diff", "monday", "sunday").refused(2, "sunday", "no run with a recipe");
  }

  @Test
  void aReleasedRunIsLostUntilSomebodyGoesOn() throws IOException {
    try (Lease held = take("monday", Duration.ofMinutes(10))) {
      Outcome.running(held);
      held.end();
    }
    assertThat(state("monday")).isEqualTo("lost");
  }

  private List<Path> files(String below) throws IOException {
    try (Stream<Path> list = Files.list(runs.resolve(below))) {
      return list.toList();
    }
  }

  private static List<String> keys(JsonNode json, String part) {
    List<String> keys = new ArrayList<>();
    json.path(part).forEach(entry -> keys.add(entry.path("key").asText()));
    return keys;
  }
}
