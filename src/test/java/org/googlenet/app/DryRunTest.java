package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.run.Lease;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Tag;
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
    assertThat(dry.get("roundsDone").asInt()).isZero();
    assertThat(tiny.run()).doesNotExist();
  }

  @Tag("slow")
  @Test
  void aDryRunLooksAtTheRunAndRefusesWhatATrainingWould() throws IOException {
    TinyTraining tiny = TinyTraining.in(folder);
    String[] once = {"--set=training={batch: 4, rounds: 1, seed: 7}", "--set=evaluation.every=0"};
    dryOrNot(tiny, once).succeeded();

    Result again = dryOrNot(tiny, once, "--dry-run").succeeded();
    assertThat(again.out()).contains("done         1 of them;", " of 1 evaluations;");
    dryOrNot(tiny, once, "--dry-run", "--set=optimizer.momentum=0.5")
        .refused(2, tiny.run().toString(), "optimizer.momentum");
    dryOrNot(tiny, once, "--dry-run", "--set=optimizer.momentum=0.5", "--restart").succeeded();

    try (Lease other =
        Lease.acquire(
            new Stores(Map.of()).open(tiny.run().toString()),
            "another",
            Duration.ofMinutes(1),
            Clock.systemUTC())) {
      dryOrNot(tiny, once, "--dry-run").refused(4, "held by another");
      assertThat(other.term().number()).isEqualTo(2);
    }
  }

  private static Result dryOrNot(TinyTraining tiny, String[] settings, String... options) {
    List<Object> arguments = new ArrayList<>(List.of("train", tiny.recipe()));
    arguments.addAll(List.of(settings));
    arguments.addAll(List.of(options));
    return CommandLineFixture.runHere(arguments.toArray());
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
  void itSaysWhereTheTrainingWillBeShown() {
    TinyTraining tiny = TinyTraining.in(folder);
    String[] everywhere = {
      "--set=report={page: true, tensorboard: true, textfile: /metrics/tiny.prom,"
          + " mlflow: {uri: 'http://localhost:5000', experiment: flowers},"
          + " openlineage: {url: /lineage.jsonl}}"
    };
    String[] nowhere = {"--set=report={page: false, tensorboard: false}"};

    assertThat(dryOrNot(tiny, everywhere, "--dry-run").succeeded().out())
        .contains(
            "page         " + tiny.run() + "/report.html",
            "tensorboard  " + tiny.run() + "/tensorboard",
            "textfile     /metrics/tiny.prom",
            "mlflow       http://localhost:5000, experiment flowers",
            "openlineage  /lineage.jsonl");
    assertThat(dryOrNot(tiny, nowhere, "--dry-run", "--format=json").json().get("shown")).isEmpty();
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
