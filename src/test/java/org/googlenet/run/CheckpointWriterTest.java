package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Body;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint is there as a whole or not at all, and says what is in it. */
class CheckpointWriterTest {

  private final ObjectStore run = new MemoryStore();
  private final MovableClock clock = new MovableClock();
  private final CheckpointWriter writer = new CheckpointWriter(clock);
  private Lease lease;

  @BeforeEach
  void take() throws IOException {
    lease = Lease.acquire(run, "a", LEASE, clock);
  }

  @AfterEach
  void giveBack() {
    lease.close();
  }

  @Test
  void theManifestSaysWhatWasWritten() throws IOException {
    Metadata metadata =
        new Metadata(Map.of("step", 64L), Map.of("top1", 0.5), Map.of("parametersSha256", "cafe"));
    Manifest manifest = writer.write(lease, 120, Map.of("state.json", Runs.body("abc")), metadata);
    assertThat(Runs.names(run, "checkpoints"))
        .containsExactly("checkpoints/000120-0001.json", "checkpoints/000120-0001/state.json");
    assertThat(run.readBytes("checkpoints/000120-0001.json", 10_000))
        .asString(UTF_8)
        .isEqualToIgnoringWhitespace(
            """
            {"round": 120, "term": 1, "owner": "a", "created": 1767225600000,
             "metadata": {"counters": {"step": 64}, "metrics": {"top1": 0.5},
               "labels": {"parametersSha256": "cafe"}},
             "blobs": {"state.json": {"bytes": 3, "sha256":
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}},
             "chain": []}
            """);
    assertThat(RunHistory.read(run).newest()).contains(manifest);
    assertThat(Checkpoint.newest(run).bytes("state.json")).asString(UTF_8).isEqualTo("abc");
  }

  @Test
  void aCrashBetweenBlobsAndManifestLeavesNothingToSee() throws IOException {
    Map<String, Body> blobs = new TreeMap<>(Runs.blobs("round 4"));
    blobs.put(
        "z.bin",
        out -> {
          out.write(1);
          throw new IOException("killed");
        });
    assertThatThrownBy(() -> writer.write(lease, 4, blobs, Metadata.NONE)).hasMessage("killed");
    assertThat(Runs.names(run, "checkpoints"))
        .containsExactly(
            "checkpoints/000004-0001/model.zip", "checkpoints/000004-0001/momentum.bin");
    assertThat(RunHistory.read(run).checkpoints()).isEmpty();
  }

  @Test
  void aRetryReplacesWhatAFailedTryLeft() throws IOException {
    run.create("checkpoints/000004-0001/model.zip", Runs.body("of a failed try"));
    Runs.write(lease, 4, clock);
    assertThat(Checkpoint.newest(run).defect()).isEmpty();
  }

  @Test
  void writingTheSameAgainChangesNothing() throws IOException {
    Manifest first = Runs.write(lease, 4, clock);
    clock.pass(Duration.ofSeconds(5));
    assertThat(Runs.write(lease, 4, clock)).isEqualTo(first);
    assertThat(RunHistory.read(run).checkpoints()).containsExactly(first);
  }

  @Test
  void anotherContentForTheSameRoundIsRefusedAndTheFirstStays() throws IOException {
    Runs.write(lease, 4, clock);
    assertThatThrownBy(() -> writer.write(lease, 4, Runs.blobs("other"), Metadata.NONE))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContaining("000004-0001.json: this term has written round 4 already");
    assertThat(Checkpoint.newest(run).defect()).isEmpty();
  }

  @Test
  void theRunLostWhileTheBlobsWereWrittenGetsNoManifest() throws IOException {
    Map<String, Body> blobs =
        Map.of(
            "model.zip",
            out -> {
              out.write(1);
              clock.pass(LEASE);
              Lease.acquire(run, "b", LEASE, clock).close();
            });
    assertThatThrownBy(() -> writer.write(lease, 4, blobs, Metadata.NONE))
        .isInstanceOf(RunHeldProblem.class);
    assertThat(Runs.names(run, "checkpoints")).containsExactly("checkpoints/000004-0001/model.zip");
  }

  @Test
  void aDamagedBlobIsNeverHandedOut() throws IOException {
    Manifest manifest = Runs.write(lease, 4, clock);
    Checkpoint checkpoint = new Checkpoint(run, manifest);
    Runs.damage(run, manifest.id(), "model.zip");
    assertThatThrownBy(() -> checkpoint.bytes("model.zip"))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageStartingWith("memory/checkpoints/000004-0001: model.zip has SHA-256 ")
        .hasMessageEndingWith(
            "name another checkpoint or model ('googlenet checkpoints list RUN', 'googlenet models"
                + " MODELS')");
    run.delete("checkpoints/000004-0001/model.zip");
    assertThatThrownBy(() -> checkpoint.bytes("model.zip")).hasMessageContaining("is gone");
    assertThatThrownBy(() -> checkpoint.bytes("outer.bin"))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContaining("has no outer.bin");
    assertThat(checkpoint.has("momentum.bin")).isTrue();
    assertThat(checkpoint.has("outer.bin")).isFalse();
  }

  @Test
  void aManifestCannotPointOutsideItsCheckpoint() throws IOException {
    Manifest good = Runs.write(lease, 4, clock);
    Runs.write(lease, 8, clock);
    String evil =
        new String(run.readBytes("checkpoints/000008-0001.json", 10_000), UTF_8)
            .replace("model.zip", "../../recipe.yaml");
    run.overwrite("checkpoints/000008-0001.json", Runs.body(evil));
    assertThat(Checkpoint.newest(run).manifest()).isEqualTo(good);
    assertThat(RunHistory.read(run).warnings())
        .singleElement()
        .asString()
        .contains("000008-0001.json: is damaged");
  }

  @Test
  void theSameRoundOfAnotherOwnerOfTheTermIsNotOurs() throws IOException {
    Manifest ours = Runs.write(lease, 4, clock);
    Manifest others =
        new Manifest(4, 1, "b", ours.created(), ours.metadata(), ours.blobs(), ours.chain());
    run.overwrite(others.id().manifest(), Json.body(others));
    assertThatThrownBy(() -> Runs.write(lease, 4, clock))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContaining("this term has written round 4 already");
  }

  @Test
  void aCheckpointWrittenAfterTheRunWasLostIsNotAcknowledged() throws IOException {
    ObjectStore late =
        new ForwardingStore(run) {
          @Override
          public void create(String name, Body body) throws IOException {
            if (name.startsWith("checkpoints")) {
              clock.pass(LEASE);
              Lease.acquire(run, "b", LEASE, clock).close();
            }
            super.create(name, body);
          }
        };
    lease.close();
    clock.pass(LEASE);
    try (Lease slow = Lease.acquire(late, "c", LEASE, clock)) {
      assertThatThrownBy(() -> Runs.write(slow, 4, clock)).isInstanceOf(RunHeldProblem.class);
    }
  }

  @Test
  void aCheckpointIsFoundByItsPath(@TempDir Path folder) throws IOException {
    Stores stores = new Stores(Map.of());
    ObjectStore files = stores.open(folder + "/runs/x");
    try (Lease held = Lease.acquire(files, "a", LEASE, clock)) {
      Runs.write(held, 4, clock);
    }
    String path = folder + "/runs/x/checkpoints/000004-0001";
    assertThat(Checkpoint.at(stores, path).bytes("momentum.bin"))
        .asString(UTF_8)
        .isEqualTo("round 4");
    assertThat(Checkpoint.at(stores, path + "/").location()).isEqualTo(path);
    for (String other :
        new String[] {
          folder + "/runs/x", folder + "/runs/x/checkpoints/000005-0001", "000004-0001", "x"
        }) {
      assertThatThrownBy(() -> Checkpoint.at(stores, other))
          .isInstanceOf(CheckpointProblem.class)
          .hasMessageStartingWith(other + ": is not a checkpoint");
    }
  }

  @Test
  void aRunWithoutCheckpointsSaysSo() {
    assertThatThrownBy(() -> Checkpoint.newest(run))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContaining("has no checkpoint that verifies");
  }

  @Test
  void metadataIsReadBackAsItWasWritten() {
    Metadata metadata =
        new Metadata(
            Map.of("step", Long.MAX_VALUE, "epoch", 2L),
            Map.of("loss", Double.NaN, "top1", 0.1, "rate", 1e-300),
            Map.of("ranges", "[[0, 1]]"));
    assertThat(Json.read(Json.bytes(metadata), Metadata.class, "x")).isEqualTo(metadata);
    assertThatThrownBy(() -> Json.read("{}".getBytes(UTF_8), Metadata.class, "x"))
        .isInstanceOf(CheckpointProblem.class);
  }

  @Test
  void checkpointNamesAreReadInOneSpellingOnly() {
    assertThat(CheckpointId.parse("000120-0003")).contains(new CheckpointId(120, 3));
    assertThat(CheckpointId.parse("1234567-12345")).contains(new CheckpointId(1234567, 12345));
    for (String other :
        new String[] {"120-3", "0000120-0003", "000120-0000", "000120-0003x", "", "-"}) {
      assertThat(CheckpointId.parse(other)).isEmpty();
    }
  }
}
