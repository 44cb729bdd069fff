package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.googlenet.DamagedTiny;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.app.CommandLineFixture.Running;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that cannot be used, through the real command line. */
@Timeout(900)
class BadRecordsTest {

  @TempDir private static Path folder;

  private static TinyTraining tiny;
  private static Result whole;

  @BeforeAll
  static void train() {
    tiny = DamagedTiny.in(folder);
    whole = start("whole").await().succeeded();
  }

  private static Running start(String run) {
    return CommandLineFixture.start(
        "train",
        tiny.recipe(),
        "--set=run=" + run,
        "--set=training.rounds=4",
        "--set=checkpoint.every=1",
        "--set=data.quarantine=4");
  }

  private static String quarantine(String run) throws IOException {
    return Files.readString(tiny.run(run).resolve("quarantine.jsonl"));
  }

  private static Result evaluate(Object... options) {
    Object[] all = new Object[options.length + 4];
    all[0] = "evaluate";
    all[1] = tiny.run("whole");
    all[2] = "--data";
    all[3] = tiny.validation();
    System.arraycopy(options, 0, all, 4, options.length);
    return CommandLineFixture.runHere(all);
  }

  @Test
  void aTrainingNamesThemAndGoesOn() throws IOException {
    assertThat(whole.out().lines().filter(line -> line.endsWith("; it is passed over")))
        .hasSize(4)
        .allMatch(line -> line.startsWith("warning: shard train-00000.tar: record "));
    assertThat(whole.out())
        .contains("46 examples, 4 bad records passed over, ")
        .contains("of 7 examples (1 more could not be read and are not counted)");
    assertThat(quarantine("whole")).hasLineCount(4);
  }

  @Test
  void anEvaluationSaysHowManyAreNotCounted() {
    assertThat(evaluate().succeeded().out())
        .contains(tiny.validation() + " (1 of 8 could not be read and are not counted)");
    JsonNode json = evaluate("--format=json").json();
    assertThat(json.get("examples").asLong()).isEqualTo(7);
    assertThat(json.get("unread").asLong()).isEqualTo(1);
  }

  @Test
  void anEvaluationThatToleratesNoneIsRefusedWithTheRecord() {
    evaluate("--quarantine=0").refused(3, "validation-00000.tar: record ", "image is damaged");
    evaluate("--quarantine=many").refused(2, "--quarantine", "a whole number of records");
  }

  @Test
  void aPredictionSaysWhichHaveNone() {
    Object[] predict = {"predict", tiny.run("whole"), "--data", tiny.validation(), "--format=json"};
    Result result = CommandLineFixture.runHere(predict).succeeded();
    assertThat(result.out().lines()).hasSize(7);
    assertThat(result.err())
        .contains("bad: shard validation-00000.tar: record ")
        .contains("validation: 1 of 8 records could not be read and have no prediction");
    Object[] strict = Arrays.copyOf(predict, predict.length + 1);
    strict[predict.length] = "--quarantine=0";
    CommandLineFixture.runHere(strict).refused(3, "validation-00000.tar: record ");
    CommandLineFixture.runHere("predict", tiny.run("whole"), "a.jpg", "--quarantine=1")
        .refused(2, "--quarantine is for the records of a data set (--data)");
  }

  @Tag("slow")
  @Test
  void aTrainingThatIsKilledPassesOverTheSameAndEndsWithTheSameBits() throws Exception {
    try (Running running = start("broken")) {
      running.awaitLine("checkpoint 000001-0001").kill();
    }
    TimeUnit.SECONDS.sleep(3); // until the killed driver's lease of 2 s is over

    Result resumed = start("broken").await().succeeded();

    assertThat(resumed.out()).contains("going on from checkpoint 00000");
    assertThat(quarantine("broken")).isEqualTo(quarantine("whole"));
    assertThat(newest("broken").get("parametersSha256"))
        .isEqualTo(newest("whole").get("parametersSha256"));
  }

  private static JsonNode newest(String run) {
    return CommandLineFixture.runHere("checkpoints", "show", tiny.run(run), "--format", "json")
        .json();
  }
}
