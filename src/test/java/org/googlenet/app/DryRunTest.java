package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunTest {

  @TempDir private Path folder;

  @Test
  void aDryRunTellsThePlanAndWritesNothing() {
    TinyTraining tiny = TinyTraining.in(folder);

    JsonNode dry =
        CommandLineFixture.runHere(
                "train",
                tiny.recipe(),
                "--dry-run",
                "--set",
                "averaging.workers=3",
                "--format",
                "json")
            .json();

    JsonNode plan = dry.get("plan");
    // 36 images an epoch: rounds of 3 x 2 x 4 and of the 12 that are left.
    assertThat(plan.get("rounds").asInt()).isEqualTo(6);
    assertThat(plan.get("steps").asInt()).isEqualTo(9);
    assertThat(plan.get("examples").asInt()).isEqualTo(3 * TinyTraining.EXAMPLES);
    assertThat(plan.get("shares").findValuesAsText("records")).containsExactly("8", "8", "8");
    double step = plan.get("stepSeconds").asDouble();
    assertThat(step).isPositive();
    assertThat(plan.get("trainingSeconds").asDouble())
        .isEqualTo(9 * step * plan.get("waves").asInt());
    // Parameters and momentum.
    assertThat(plan.get("checkpointBytes").asLong())
        .isEqualTo(2 * 4 * plan.get("parameters").asLong());
    assertThat(dry.at("/executor/memoryOverhead").asText()).matches("[0-9]+m");
    assertThat(dry.get("checks")).allMatch(check -> check.get("passed").asBoolean());
    assertThat(tiny.run()).doesNotExist();
  }

  @Test
  void forPeopleItIsATable() {
    Result dry =
        CommandLineFixture.runHere("train", TinyTraining.in(folder).recipe(), "--dry-run")
            .succeeded();

    assertThat(dry.out())
        .contains("rounds       9", "worker 1", "a step ", "checkpoints  51.2 MB each");
  }

  @Test
  void preflightShowsAllChecksAndEndsWithTheCodeOfWhatFailed() {
    TinyTraining tiny = TinyTraining.in(folder);
    CommandLineFixture.runHere("preflight", tiny.recipe()).succeeded();

    Result result =
        CommandLineFixture.runHere(
            "preflight", tiny.recipe(), "--set", "data.train=" + folder.resolve("none"));

    result.refused(3, folder.resolve("none") + ": no data set here");
    assertThat(result.out()).contains("ok    output", "FAIL  data.train");
  }
}
