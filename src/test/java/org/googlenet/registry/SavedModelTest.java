package org.googlenet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Lease;
import org.googlenet.run.MovableClock;
import org.googlenet.run.Runs;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model is found by each of the ways to name one. */
class SavedModelTest {

  @TempDir private Path folder;

  private final MovableClock clock = new MovableClock();
  private final Stores stores = new Stores(Map.of());

  @BeforeEach
  void trainAndPromote() throws IOException {
    ObjectStore run = stores.open(folder + "/runs/sample");
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      for (int round = 4; round <= 12; round += 4) {
        Runs.write(lease, round, clock);
      }
      lease.end();
    }
    for (int round = 4; round <= 8; round += 4) {
      SavedModel model =
          open(String.format(Locale.ROOT, "/runs/sample/checkpoints/%06d-0001", round));
      Promotion.Request request =
          new Promotion.Request(
              model.version(), List.of("model.zip"), "me", "", false, PromotionFixture.CARD);
      Promotion.of(model, new Models(stores.open(folder + "/models")), request, clock);
    }
  }

  @Test
  void aRunIsItsNewestCheckpoint() throws IOException {
    assertThat(open("/runs/sample").checkpoint()).hasToString("000012-0001");
    assertThat(open("/runs/sample").version()).isEqualTo("sample-000012-0001");
    assertThat(SavedModel.named(stores, folder + "/runs/sample")).isEmpty();
  }

  @Test
  void aCheckpointIsItself() throws IOException {
    assertThat(content("/runs/sample/checkpoints/000008-0001")).isEqualTo("model of round 8");
    assertThat(content("/runs/sample/checkpoints/000008-0001/")).isEqualTo("model of round 8");
  }

  @Test
  void aFolderOfModelsIsItsChampion() throws IOException {
    assertThat(content("/models")).isEqualTo("model of round 8");
    assertThat(content("/models/")).isEqualTo("model of round 8");
  }

  @Test
  void aPromotedModelIsFoundByItsVersion() throws IOException {
    assertThat(content("/models/sample-000004-0001")).isEqualTo("model of round 4");
    SavedModel model = open("/models/sample-000004-0001");
    assertThat(model.run()).isEqualTo(folder + "/runs/sample");
    assertThat(model.version()).isEqualTo("sample-000004-0001");
  }

  @Test
  void aCopyOfAPromotedModelIsAModelWhereverItLies() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("elsewhere"));
    for (String name : List.of("manifest.json", "model.zip")) {
      Files.copy(folder.resolve("models/sample-000004-0001").resolve(name), copy.resolve(name));
    }
    assertThat(content("/elsewhere")).isEqualTo("model of round 4");
  }

  @Test
  void whatIsNotThereIsRefused() {
    assertThatThrownBy(() -> open("/runs/none"))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContaining("there is no run, checkpoint or promoted model here");
    assertThatThrownBy(() -> open("/runs/sample/checkpoints/000005-0001"))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContainingAll("000005-0001: is not a checkpoint", "checkpoints list");
    assertThatThrownBy(() -> open("/models/sample-000012-0001"))
        .isInstanceOf(CheckpointProblem.class);
  }

  @Test
  void aRunNamedByADotHasNoIdToCallItsModelBy() throws IOException {
    ObjectStore run = stores.open(folder + "/runs/sample");
    SavedModel model =
        SavedModel.of(
            new Checkpoint(
                new ForwardingStore(run) {
                  @Override
                  public String location() {
                    return ".";
                  }
                },
                Checkpoint.newest(run).manifest()));
    assertThat(model.version()).isEqualTo("000012-0001");
  }

  private SavedModel open(String path) throws IOException {
    return SavedModel.open(stores, folder + path);
  }

  private String content(String path) throws IOException {
    return new String(open(path).blobs().bytes("model.zip"), UTF_8);
  }
}
