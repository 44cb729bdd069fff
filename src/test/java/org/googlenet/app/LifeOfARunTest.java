package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.app.CommandLineFixture.Running;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A training through the real command line: killed, interrupted, gone on with, finished. */
@Timeout(900)
class LifeOfARunTest {

  private static final TrainedRun UNBROKEN = TrainedRun.get();

  @TempDir private Path folder;

  @Test
  void aTrainingEndsWithItsAccuracyAndWhereEverythingLies() {
    String last = UNBROKEN.result().out().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(last)
        .startsWith("run tiny finished: top-1 ")
        .contains("top-5 ", "9 rounds", "108 examples", "lies in " + UNBROKEN.path())
        .endsWith("newest checkpoint is 000009-0001");
    assertThat(UNBROKEN.result().err()).isEmpty();
    assertThat(UNBROKEN.path()).isDirectoryContaining("glob:**/recipe.yaml");
    assertThat(UNBROKEN.path()).isDirectoryContaining("glob:**/outcome.json");
    assertThat(UNBROKEN.path()).isDirectoryContaining("glob:**/metrics");
  }

  @Tag("slow")
  @Test
  void theSameCommandOnAFinishedRunSaysSoInOneLine() {
    Result again = CommandLineFixture.run("train", UNBROKEN.training().recipe()).succeeded();
    assertThat(again.err()).isEmpty();
    assertThat(again.out().lines().toList())
        .singleElement()
        .asString()
        .startsWith("run tiny is finished already: top-1 ")
        .contains("9 rounds", UNBROKEN.path().toString(), "000009-0001", "--restart");
  }

  @Tag("slow")
  @Test
  void resumeAfterAKillEqualsAnUnbrokenRun() throws InterruptedException {
    try (Running running = start("--set", "checkpoint.every=1")) {
      // The next checkpoint is being written, beside the next round.
      Result killed = running.awaitLine("checkpoint 000003-0001").kill();
      assertThat(killed.exitCode()).isEqualTo(137);
    }
    TimeUnit.SECONDS.sleep(3); // until the killed driver's lease of 2 s is over

    Result resumed = start("--set", "checkpoint.every=1").await().succeeded();

    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.out())
        .containsPattern("going on from checkpoint 00000[345]-0001: round [345], step")
        .contains("run tiny finished: top-1 ");
    assertSameAsUnbroken();
  }

  @Tag("slow")
  @Test
  void anInterruptSavesTheLastRoundAndTheSameCommandGoesOnAtOnce() {
    try (Running running = start("--set", "checkpoint.every=1000")) {
      Result interrupted = running.awaitLine("round 2/9").interrupt().await();
      assertThat(interrupted.exitCode()).isEqualTo(130);
      assertThat(interrupted.err()).isEmpty();
      assertThat(interrupted.out())
          .containsPattern("interrupted after round [23], saved as checkpoint 00000[23]-0001")
          .contains("the same command goes on from there");
    }

    Result resumed = start("--set", "checkpoint.every=1000").await().succeeded();

    assertThat(resumed.out()).containsPattern("going on from checkpoint 00000[23]-0001");
    assertSameAsUnbroken();
  }

  @Tag("slow")
  @Test
  void aCommandThatIsInterruptedWhileSparkWorksSaysNoMoreThanThat() throws InterruptedException {
    Path outcome = folder.resolve("outcome.json");
    Path data = Path.of("data/sample/train");
    try (Running running =
        CommandLineFixture.start(
            "evaluate", UNBROKEN.path(), "--data", data, "--batch=1", "--outcome", outcome)) {
      while (Files.notExists(outcome)) { // which is written at the start
        TimeUnit.MILLISECONDS.sleep(20);
      }
      TimeUnit.SECONDS.sleep(5); // Spark is open, and four thousand images take longer

      Result interrupted = running.interrupt().await();

      assertThat(interrupted.exitCode()).isEqualTo(130);
      assertThat(interrupted.err()).isIn("", "googlenet: interrupted" + System.lineSeparator());
      assertThat(interrupted.out()).isEmpty();
    }
  }

  private Running start(String... options) {
    Object[] arguments = new Object[options.length + 4];
    arguments[0] = "train";
    arguments[1] = UNBROKEN.training().recipe();
    arguments[2] = "--set";
    arguments[3] = "output=" + folder;
    System.arraycopy(options, 0, arguments, 4, options.length);
    return CommandLineFixture.start(arguments);
  }

  private void assertSameAsUnbroken() {
    JsonNode broken = newest(folder.resolve("tiny"));
    JsonNode unbroken = newest(UNBROKEN.path());
    assertThat(broken.get("parametersSha256").asText())
        .hasSize(64)
        .isEqualTo(unbroken.get("parametersSha256").asText());
    for (String counter : new String[] {"round", "step", "examples"}) {
      assertThat(broken.get(counter).asLong()).isEqualTo(unbroken.get(counter).asLong());
    }
    assertThat(broken.get("examples").asLong()).isEqualTo(3L * TinyTraining.EXAMPLES);
  }

  private static JsonNode newest(Path run) {
    return CommandLineFixture.runHere("checkpoints", "show", run, "--format", "json").json();
  }
}
