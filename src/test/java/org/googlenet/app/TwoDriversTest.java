package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.app.CommandLineFixture.Running;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two drivers, each a process of its own, and one run. */
@Timeout(900)
@Tag("slow")
class TwoDriversTest {

  private static final TrainedRun UNBROKEN = TrainedRun.get();

  @TempDir private Path folder;

  @Test
  void ofTwoThatStartAtOnceOneTrainsAndTheOtherEndsWithFour() throws IOException {
    List<Result> results;
    try (Running one = start();
        Running other = start()) {
      results = Stream.of(one, other).map(Running::await).toList();
    }

    assertThat(results).extracting(Result::exitCode).containsExactlyInAnyOrder(0, 4);
    Result refused = results.get(0).exitCode() == 4 ? results.get(0) : results.get(1);
    refused.refused(4, run().toString());
    assertThat(refused.out()).doesNotContain("round ");
    assertSameAsUnbroken();
    assertThat(run().resolve("terms/0002.json")).doesNotExist();
  }

  @Test
  void aFrozenDriverThatWakesAfterItWasSupersededChangesNothingThatAnyoneReads() throws Exception {
    Map<String, String> before;
    Result woken;
    try (Running frozen = start()) {
      frozen.awaitLine("round 2/9").signal("STOP");
      TimeUnit.SECONDS.sleep(3); // until its lease of 2 s is over
      start().await().succeeded();
      before = contents();
      // A renewal that was under way ends when it wakes; the deadline of a term that another has
      // followed means nothing.
      before.remove("terms/0001.json");

      frozen.signal("CONT");
      woken = frozen.await();
    }

    woken.refused(4, run().toString(), "term 1 was lost to");
    assertThat(contents()).containsAllEntriesOf(before);
    assertThat(newest().get("checkpoint").asText()).isEqualTo("000009-0002");
    assertSameAsUnbroken();
    assertThat(start().await().succeeded().out()).contains("is finished already");
  }

  private Running start() {
    return CommandLineFixture.start(
        "train",
        UNBROKEN.training().recipe(),
        "--set",
        "output=" + folder,
        "--set",
        "checkpoint.every=1",
        "--set",
        "checkpoint.keepLast=100");
  }

  private Path run() {
    return folder.resolve("tiny");
  }

  private JsonNode newest() {
    return CommandLineFixture.runHere("checkpoints", "show", run(), "--format", "json").json();
  }

  private void assertSameAsUnbroken() {
    JsonNode unbroken =
        CommandLineFixture.runHere("checkpoints", "show", UNBROKEN.path(), "--format", "json")
            .json();
    assertThat(newest().get("parametersSha256").asText())
        .hasSize(64)
        .isEqualTo(unbroken.get("parametersSha256").asText());
  }

  /** Every object of the run with what it holds; hidden files, which nobody reads, are none. */
  private Map<String, String> contents() throws IOException {
    try (Stream<Path> files = Files.walk(run())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .collect(
              Collectors.toMap(
                  file -> run().relativize(file).toString(), TwoDriversTest::fingerprint));
    }
  }

  private static String fingerprint(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return bytes.length + " bytes, hash " + Arrays.hashCode(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
