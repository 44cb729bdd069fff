package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.googlenet.run.Inventory.Item;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;

/** What lies in a run's folder is told apart from what the run goes on from. */
class InventoryTest {

  private final ObjectStore run = new MemoryStore();
  private final MovableClock clock = new MovableClock();

  @Test
  void theHistoryHasNoReasonToBeOutside() throws IOException {
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      Manifest four = Runs.write(lease, 4, clock);
      Manifest eight = Runs.write(lease, 8, clock);
      assertThat(items())
          .containsExactly(
              new Item(
                  four.id(),
                  Optional.of(four),
                  four.blobs().values().stream().mapToLong(Manifest.Blob::bytes).sum(),
                  Optional.empty()),
              new Item(
                  eight.id(),
                  Optional.of(eight),
                  eight.blobs().values().stream().mapToLong(Manifest.Blob::bytes).sum(),
                  Optional.empty()));
    }
  }

  @Test
  void whatARewindWentBackOverIsLeftBehind() throws IOException {
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      Manifest four = Runs.write(lease, 4, clock);
      Runs.write(lease, 8, clock);
      lease.rewind(Optional.of(four));
      Runs.write(lease, 8, clock);
    }
    assertThat(outside("000008-0001")).contains("left behind: term 2 went on from 000004-0001");
    assertThat(outside("000004-0001")).isEmpty();
    assertThat(outside("000008-0002")).isEmpty();
  }

  @Test
  void aRewindToTheBeginningLeavesAllBehind() throws IOException {
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      Runs.write(lease, 4, clock);
      lease.rewind(Optional.empty());
    }
    assertThat(outside("000004-0001")).contains("left behind: term 2 went on from the beginning");
  }

  @Test
  void whatAFrozenDriverWroteWhenItWokeIsLeftBehind() throws IOException {
    try (Lease frozen = Lease.acquire(run, "a", LEASE, clock)) {
      Runs.write(frozen, 4, clock);
      clock.pass(LEASE);
      try (Lease next = Lease.acquire(run, "b", LEASE, clock)) {
        Runs.write(next, 6, clock);
      }
      String late = text("checkpoints/000004-0001.json").replace("\"round\" : 4", "\"round\" : 8");
      run.create("checkpoints/000008-0001.json", Runs.body(late));
    }
    assertThat(outside("000008-0001")).contains("left behind: term 2 went on from 000004-0001");
    assertThat(outside("000006-0002")).isEmpty();
  }

  @Test
  void aDamagedCheckpointIsLeftBehindOnceAnEarlierOneWasGoneOnFrom() throws IOException {
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      Runs.write(lease, 4, clock);
      Runs.damage(run, Runs.write(lease, 8, clock).id(), "model.zip");
      lease.end();
    }
    assertThat(outside("000008-0001")).isEmpty();
    Lease.acquire(run, "b", LEASE, clock).close();
    assertThat(outside("000008-0001")).contains("left behind: term 2 went on from 000004-0001");
  }

  @Test
  void blobsWithoutAManifestAreNotWhole() throws IOException {
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      Runs.write(lease, 4, clock);
    }
    run.create("checkpoints/000008-0001/model.zip", Runs.body("half"));
    assertThat(outside("000008-0001").orElseThrow()).startsWith("has no manifest");
    assertThat(items().get(1).bytes()).isEqualTo(4);
  }

  @Test
  void aDamagedManifestIsToldOfAndStopsNothing() throws IOException {
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      Runs.write(lease, 4, clock);
      Runs.write(lease, 8, clock);
    }
    run.overwrite("checkpoints/000004-0001.json", Runs.body("{"));
    assertThat(outside("000004-0001")).contains("its manifest is damaged");
    assertThat(outside("000008-0001")).isEmpty();
    assertThat(Inventory.of(run).history().warnings()).hasSize(1);
  }

  @Test
  void whereThereIsNoRunThatIsSaid() {
    assertThatThrownBy(() -> Inventory.of(run))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessage("memory: there is no run here; check the path");
  }

  private List<Item> items() throws IOException {
    return Inventory.of(run).items();
  }

  private Optional<String> outside(String id) throws IOException {
    return items().stream()
        .filter(item -> item.id().toString().equals(id))
        .findFirst()
        .orElseThrow()
        .outside();
  }

  private String text(String name) throws IOException {
    return new String(run.readBytes(name, 10_000), UTF_8);
  }
}
