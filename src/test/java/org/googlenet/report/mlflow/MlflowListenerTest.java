package org.googlenet.report.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.googlenet.report.TrainedEvents;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.Rewound;
import org.googlenet.report.rest.JsonServer;
import org.googlenet.report.rest.JsonServer.Answer;
import org.googlenet.report.rest.Outbox;
import org.googlenet.report.rest.RestProblem;
import org.googlenet.run.Lease;
import org.googlenet.run.RunFiles;
import org.googlenet.run.Runs;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MlflowListenerTest {

  private final MemoryMlflow mlflow = new MemoryMlflow();
  private final JsonServer server = JsonServer.start(mlflow);
  private final MemoryStore store = new MemoryStore();
  private final TrainedEvents events = new TrainedEvents(store.location());

  @AfterEach
  void stop() {
    server.close();
  }

  private Lease take() throws IOException {
    return Lease.acquire(store, Lease.newOwner(), Runs.LEASE, Clock.systemUTC());
  }

  private MlflowListener listener(Lease lease) {
    return listener(lease, Duration.ZERO);
  }

  private MlflowListener listener(Lease lease, Duration pause) {
    MlflowListener listener =
        new MlflowListener(
            MlflowServer.at("k", server.url(), Map.of(), Duration.ofSeconds(30)),
            "digits",
            "me",
            Clock.systemUTC(),
            new Outbox("MLflow", pause));
    listener.begin(new RunFiles(lease));
    return listener;
  }

  private MlflowListener begun(Lease lease) {
    MlflowListener listener = listener(lease);
    listener.on(events.started());
    listener.on(events.described());
    return listener;
  }

  private void put(String name, String text) throws IOException {
    store.overwrite(name, Runs.body(text));
  }

  @Test
  void aTrainingIsARunWithItsRecipeDataMetricsFilesAndEnd() throws IOException {
    try (Lease lease = take()) {
      put("recipe.yaml", "a: 1");
      put("report.html", "<p>");
      MlflowListener listener = begun(lease);
      listener.on(events.timed(1));
      listener.on(events.round(1));
      listener.on(events.evaluated(1));
      listener.on(events.checkpoint(1));
      listener.on(new Rewound("diverged", null, 0, 1, 3, 0.005));
      listener.on(events.finished());
      lease.end();
      listener.close();
    }
    assertThat(mlflow.experiments).containsExactly("digits");
    MemoryMlflow.Run run = mlflow.run();
    assertThat(run.name).isEqualTo("monday");
    assertThat(run.status).isEqualTo("FINISHED");
    assertThat(run.params)
        .isEqualTo(Map.of("training.epochs", "3", "model.side", "65")); // not where it is reported
    assertThat(run.tags)
        .containsEntry("mlflow.user", "me")
        .containsEntry("mlflow.source.git.commit", "c0ffee")
        .containsEntry("googlenet.version.spark", "3.5.8")
        .containsEntry("googlenet.engine", "onednn fp32 (amd64 level 4)")
        .containsEntry("googlenet.data.train.sha256", "ab".repeat(32))
        .containsEntry("googlenet.outcome", "finished with checkpoint 000003-0001")
        .containsKeys("googlenet.run", "mlflow.note.content", "mlflow.source.name");
    assertThat(run.datasets).hasSize(2);
    assertThat(run.datasets.get(0).path("dataset").path("source").asText())
        .isEqualTo("{\"uri\":\"s3://bucket/sets/train\"}");
    assertThat(run.datasets.get(0).path("dataset").path("digest").asText()).hasSize(36);
    assertThat(run.values("train/loss/main")).containsExactly("8:1.5");
    assertThat(run.values("train/loss/aux1")).containsExactly("8:Infinity");
    assertThat(run.values("train/dead_units/aux1")).as("not known").isEmpty();
    assertThat(run.values("time/round")).containsExactly("8:1.5");
    assertThat(run.values("validation/top1")).containsExactly("8:0.5");
    assertThat(run.values("train/rewinds")).containsExactly("8:1.0");
    assertThat(mlflow.files)
        .isEqualTo(
            Map.of("1/r1/artifacts/recipe.yaml", "a: 1", "1/r1/artifacts/report.html", "<p>"));
  }

  @Test
  void aDriverThatGoesOnRecordsInTheSameRunAndOneThatBeginsAnewDoesNot() throws IOException {
    try (Lease lease = take()) {
      MlflowListener first = begun(lease);
      first.on(events.round(1));
      first.on(new Interrupted("000001-0001", 1));
      first.close();
      lease.end();
    }
    assertThat(mlflow.run().status).isEqualTo("KILLED");
    assertThat(mlflow.run().tags.get("googlenet.outcome")).startsWith("interrupted after round 1");

    String note = new String(store.readBytes("mlflow.json", 1000), StandardCharsets.UTF_8);
    try (Lease lease = take()) {
      MlflowListener second = listener(lease);
      second.on(events.started());
      second.on(events.described(Map.of("training.epochs", "5")));
      assertThat(mlflow.run().status).isEqualTo("RUNNING");
      second.on(new Resumed("000001-0001", 1, 8));
      second.on(events.evaluated(1));
      second.on(events.round(2));
      second.on(events.finished());
      second.close();
      lease.end();
    }
    assertThat(mlflow.runs).hasSize(1);
    assertThat(mlflow.run().status).isEqualTo("FINISHED");
    assertThat(mlflow.run().values("train/loss/main")).containsExactly("8:1.5", "16:1.5");
    assertThat(mlflow.run().values("validation/top1")).containsExactly("8:0.5");
    assertThat(mlflow.run().params).containsEntry("training.epochs", "3");
    assertThat(mlflow.run().tags).containsEntry("googlenet.changed", "training.epochs: 3 -> 5");

    store.delete("mlflow.json");
    try (Lease lease = take()) {
      begun(lease).close();
      lease.end();
    }
    assertThat(mlflow.runs).hasSize(2);
    put("mlflow.json", note);
    try (Lease lease = take()) {
      begun(lease).close();
      lease.end();
    }
    assertThat(mlflow.runs).hasSize(2);
  }

  @Test
  void aRunThatWasMadeWhenItsDriverDiedIsFoundByItsTag() throws IOException {
    try (Lease lease = take()) {
      begun(lease).close();
      RunNote note = RunNote.read(store).orElseThrow();
      assertThat(note.runId()).isEqualTo("r1");
      note.withRunId("").write(new RunFiles(lease));
      begun(lease).close();
      lease.end();
    }
    assertThat(mlflow.runs).hasSize(1);
  }

  @Test
  void aFailureAndASignalAreToldApartAndALostRunIsLeftToItsNewDriver() throws IOException {
    try (Lease lease = take()) {
      MlflowListener failing = begun(lease);
      failing.on(events.failed(3));
      failing.close();
      assertThat(mlflow.run().status).isEqualTo("FAILED");
      assertThat(mlflow.run().tags)
          .containsEntry("googlenet.outcome", "shard 3 is gone; restore it");
      MlflowListener stopped = begun(lease);
      stopped.on(events.failed(143));
      stopped.close();
      assertThat(mlflow.run().status).isEqualTo("KILLED");
      begun(lease).close();
      assertThat(mlflow.run().status).isEqualTo("KILLED");
      MlflowListener lost = begun(lease);
      lost.on(events.failed(4));
      lost.close();
      assertThat(mlflow.run().status).isEqualTo("RUNNING");
      lease.end();
    }
  }

  @Test
  void aFinishedRunIsNotTouchedAgain() throws IOException {
    try (Lease lease = take()) {
      listener(lease).close();
      lease.end();
    }
    assertThat(server.requests()).isEmpty();
    assertThat(RunNote.read(store)).isEmpty();
  }

  @Test
  void manyKeysAndLongValuesGoInBatchesThatMlflowTakes() throws IOException {
    Map<String, String> keys = new LinkedHashMap<>();
    for (int i = 0; i < 250; i++) {
      keys.put("key." + i, "x".repeat(7000));
    }
    keys.put("odd[0]", "1");
    try (Lease lease = take()) {
      MlflowListener listener = listener(lease);
      listener.on(events.started());
      listener.on(events.described(keys));
      for (int round = 1; round <= 200; round++) {
        listener.on(events.round(round));
      }
      listener.close();
      lease.end();
    }
    assertThat(mlflow.run().params).hasSize(252).containsEntry("odd_0_", "1");
    assertThat(mlflow.run().params.get("key.7")).hasSize(6000);
    assertThat(mlflow.run().values("train/loss/main")).hasSize(200);
    assertThat(server.requests("log-batch")).as("short rounds share calls").hasSizeLessThan(15);
  }

  @Test
  void aRoundIsOneCall() throws IOException {
    try (Lease lease = take()) {
      MlflowListener listener = begun(lease);
      int before = server.requests().size();
      listener.on(events.timed(1));
      listener.on(events.round(1));
      assertThat(server.requests()).hasSize(before + 1);
      lease.end();
    }
  }

  @Test
  void whatAFailingServerCouldNotTakeItGetsLater() throws IOException {
    server.answer(request -> new Answer(500, ""));
    try (Lease lease = take()) {
      MlflowListener listener = begun(lease);
      listener.on(events.round(1));
      assertThat(mlflow.runs).isEmpty();
      server.answer(mlflow);
      listener.on(events.finished());
      lease.end();
      listener.close();
    }
    assertThat(mlflow.run().status).isEqualTo("FINISHED");
    assertThat(mlflow.run().values("train/loss/main")).containsExactly("8:1.5");
  }

  @Test
  void aServerThatIsDownIsAskedOnlyFromTimeToTime() throws IOException {
    server.answer(request -> new Answer(503, ""));
    try (Lease lease = take()) {
      MlflowListener listener = listener(lease, Duration.ofHours(1));
      listener.on(events.started());
      listener.on(events.described());
      for (int round = 1; round <= 100; round++) {
        listener.on(events.round(round));
      }
      assertThat(server.requests()).hasSize(1);
      listener.close();
      lease.end();
    }
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void wrongCredentialsEndItWithAMessageThatNamesWhereToGiveThem() throws IOException {
    server.answer(request -> new Answer(401, "no"));
    try (Lease lease = take()) {
      MlflowListener listener = listener(lease);
      listener.on(events.started());
      assertThatThrownBy(() -> listener.on(events.described()))
          .isInstanceOf(RestProblem.class)
          .hasMessageContaining("MLFLOW_TRACKING_TOKEN");
      lease.end();
    }
  }

  @Test
  void credentialsComeFromTheEnvironment() {
    Map<String, String> both =
        Map.of(
            "MLFLOW_TRACKING_TOKEN",
            "t",
            "MLFLOW_TRACKING_USERNAME",
            "u",
            "MLFLOW_TRACKING_PASSWORD",
            "p");
    for (Map<String, String> environment :
        List.of(Map.<String, String>of(), Map.of("MLFLOW_TRACKING_TOKEN", "t"), both)) {
      MlflowServer.at("k", server.url(), environment).find("runs/get", Map.of("run_id", "x"));
    }
    assertThat(server.requests())
        .extracting(JsonServer.Request::authorization)
        .containsExactly(
            null,
            "Bearer t",
            "Basic " + Base64.getEncoder().encodeToString("u:p".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void artefactsThatLieElsewhereAreNotCopied() throws IOException {
    mlflow.artifactRoot = "s3://bucket/mlflow";
    try (Lease lease = take()) {
      put("recipe.yaml", "a: 1");
      MlflowListener listener = begun(lease);
      listener.on(events.finished());
      listener.close();
      lease.end();
    }
    assertThat(mlflow.files).isEmpty();
    assertThat(mlflow.run().status).isEqualTo("FINISHED");
  }

  private String promoted(String model) {
    return new ModelRegistry(
            MlflowServer.at("k", server.url(), Map.of(), Duration.ofSeconds(30)), "googlenet")
        .promote(model, Optional.<ObjectStore>of(store), Map.of("top1", "0.5"));
  }

  @Test
  void aPromotionIsAVersionOnceAndTheAliasFollowsIt() throws IOException {
    try (Lease lease = take()) {
      begun(lease).close();
      lease.end();
    }
    assertThat(promoted("/models/a")).isEqualTo("1");
    assertThat(promoted("s3a://bucket/models/b")).isEqualTo("2");
    assertThat(mlflow.aliases).isEqualTo(Map.of("champion", "2"));
    assertThat(promoted("/models/a")).isEqualTo("1");
    assertThat(mlflow.aliases).isEqualTo(Map.of("champion", "1"));
    assertThat(mlflow.models).containsExactly("googlenet");
    assertThat(mlflow.versions)
        .extracting(version -> version.path("source").asText())
        .containsExactly("googlenet:/models/a", "s3://bucket/models/b");
    assertThat(mlflow.versions.get(0).path("run_id").asText()).isEqualTo("r1");
  }
}
