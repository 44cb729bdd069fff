package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;

/** Whoever takes a run goes on from its newest checkpoint that verifies, and says what is not. */
class LeaseStartTest extends LeaseFixture {

  @Test
  void aTermGoesOnFromTheNewestCheckpoint() throws IOException {
    Lease first = acquire("a");
    Runs.write(first, 4, clock);
    Manifest newest = Runs.write(first, 8, clock);
    first.end();
    Lease second = acquire("b");
    assertThat(second.start()).contains(newest);
    assertThat(run.readBytes("terms/0002.json", 1000))
        .asString(UTF_8)
        .contains("\"from\" : \"000008-0001\"");
  }

  @Test
  void aFrozenDriverThatWakesInTheMiddleOfAWriteIsIgnored() throws IOException {
    Lease frozen = acquire("a");
    Manifest shared = Runs.write(frozen, 4, clock);
    // Past its check, the driver freezes; what it writes when it wakes goes to the store unchecked.
    clock.pass(LEASE);
    Lease next = acquire("b");
    Manifest late = new Manifest(8, 1, "a", clock.millis(), Metadata.NONE, shared.blobs(), null);
    run.create(late.id().manifest(), Json.body(late));
    assertThat(Runs.ids(RunHistory.read(run).checkpoints())).containsExactly("000004-0001");
    Runs.write(next, 6, clock);
    next.end();
    assertThat(acquire("c").start().orElseThrow().id()).hasToString("000006-0002");
  }

  @Test
  void aDamagedCheckpointIsLeftBehindWithAWarning() throws IOException {
    Lease first = acquire("a");
    Manifest good = Runs.write(first, 4, clock);
    Manifest bad = Runs.write(first, 8, clock);
    first.end();
    Runs.damage(run, bad.id(), "momentum.bin");
    Lease second = acquire("b");
    assertThat(second.start()).contains(good);
    assertThat(second.warnings())
        .singleElement()
        .asString()
        .startsWith("memory/checkpoints/000008-0001: momentum.bin has SHA-256 ")
        .endsWith("; the checkpoint is left behind, an earlier one is used");
    assertThat(Runs.write(second, 8, clock).id()).hasToString("000008-0002");
    assertThat(Runs.ids(RunHistory.read(run).checkpoints()))
        .containsExactly("000004-0001", "000008-0002");
  }

  @Test
  void missingShortAndUnreadableCheckpointsAreLeftBehindToo() throws IOException {
    Lease first = acquire("a");
    for (int round = 1; round <= 4; round++) {
      Runs.write(first, round, clock);
    }
    first.end();
    run.delete("checkpoints/000004-0001/model.zip");
    run.overwrite("checkpoints/000003-0001/model.zip", Runs.body("short"));
    run.overwrite("checkpoints/000002-0001.json", Runs.body("{\"round\": 2,"));
    Lease second = acquire("b");
    assertThat(second.start().orElseThrow().round()).isEqualTo(1);
    assertThat(second.warnings())
        .hasSize(3)
        .anyMatch(w -> w.contains("000004-0001: model.zip is gone"))
        .anyMatch(w -> w.contains("000003-0001: model.zip has 5 bytes, its manifest says 16"))
        .anyMatch(w -> w.contains("000002-0001.json: is damaged"));
  }

  @Test
  void whereNothingVerifiesTheRunIsNotBegunAtTheBeginning() throws IOException {
    Lease first = acquire("a");
    Manifest only = Runs.write(first, 4, clock);
    first.end();
    Runs.damage(run, only.id(), "model.zip");
    assertThatThrownBy(() -> acquire("b"))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContaining("no checkpoint that verifies")
        .hasMessageContaining("000004-0001: model.zip has SHA-256")
        .hasMessageContaining("give --restart");
    assertThat(RunHistory.read(run).checkpoints()).containsExactly(only);
    Runs.damage(run, only.id(), "model.zip");
    assertThat(acquire("c").start()).as("restored, and the run is free").contains(only);
  }

  @Test
  void aStorageThatFailsIsNotTakenForADamagedCheckpoint() throws IOException {
    Lease first = acquire("a");
    Runs.write(first, 4, clock);
    first.end();
    ObjectStore failing = new FailingReads(run, "model.zip");
    assertThatThrownBy(() -> Lease.acquire(failing, "b", LEASE, clock))
        .isInstanceOf(IOException.class)
        .hasMessage("the network is down");
    assertThat(acquire("c").start().orElseThrow().round()).isEqualTo(4);
  }

  @Test
  void whoeverDiesBetweenClaimAndBeginningLeavesTheHistoryAsItWas() throws IOException {
    Lease first = acquire("a");
    Manifest newest = Runs.write(first, 4, clock);
    first.end();
    Term claimed = Term.claimed(2, "dead", clock.millis(), clock.millis() + LEASE.toMillis());
    run.create(claimed.name(), Json.body(claimed));
    assertThat(RunHistory.read(run).checkpoints()).containsExactly(newest);
    assertThatThrownBy(() -> acquire("b"))
        .isInstanceOf(RunHeldProblem.class)
        .hasMessageContaining("held by dead");
    clock.pass(LEASE);
    Lease next = acquire("b");
    assertThat(next.start()).contains(newest);
    assertThat(next.term().number()).isEqualTo(3);
  }

  @Test
  void aCheckpointOfWhichItsDriverWasToldIsSeenByWhoeverClaimsTheRunLater() throws IOException {
    Lease slow = acquire("a");
    clock.pass(LEASE);
    List<Manifest> told = new ArrayList<>();
    ObjectStore between =
        new ForwardingStore(run) {
          @Override
          public void create(String name, Body body) throws IOException {
            if (told.isEmpty()) {
              told.add(Runs.write(slow, 4, clock));
            }
            super.create(name, body);
          }
        };
    Lease next = Lease.acquire(between, "b", LEASE, clock);
    leases.add(next);
    assertThat(next.start()).isEqualTo(told.stream().findFirst()).isPresent();
  }

  @Test
  void theNewestCheckpointIsFoundWhereListingsLagBehind() throws IOException {
    Lease first = acquire("a");
    Runs.write(first, 4, clock);
    Manifest newest = Runs.write(first, 8, clock);
    first.end();
    for (String owner : List.of("b", "c")) {
      Lease next = Lease.acquire(Drivers.lagging(run), owner, LEASE, clock);
      leases.add(next);
      assertThat(next.start()).contains(newest);
      next.end();
    }
  }

  @Test
  void aRunOfWhichOnlyBlobsAreLeftIsNotBegunAtTheBeginning() throws IOException {
    Lease first = acquire("a");
    Runs.write(first, 4, clock);
    first.end();
    for (String name :
        List.of("terms/0001.json", "terms/0001.claim.json", "checkpoints/000004-0001.json")) {
      run.delete(name);
    }
    assertThatThrownBy(() -> acquire("b"))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContaining("terms/0001.json: gone");
    assertThat(Runs.names(run, "checkpoints")).hasSize(2);
  }

  @Test
  void theNewestManifestIsMissedWhereItIsGone() throws IOException {
    Lease first = acquire("a");
    Runs.write(first, 4, clock);
    Runs.write(first, 8, clock);
    first.end();
    run.delete("checkpoints/000008-0001.json");
    Lease second = acquire("b");
    assertThat(second.start().orElseThrow().round()).isEqualTo(4);
    assertThat(second.warnings())
        .singleElement()
        .asString()
        .contains("000008-0001.json: is gone, although it is the newest");
    second.end();
    run.delete("checkpoints/000004-0001.json");
    assertThatThrownBy(() -> acquire("c")).isInstanceOf(CheckpointProblem.class);
  }

  /** A store that cannot read some of its objects at the moment. */
  private static final class FailingReads extends ForwardingStore {

    private final String suffix;

    FailingReads(ObjectStore store, String suffix) {
      super(store);
      this.suffix = suffix;
    }

    @Override
    public InputStream read(String name) throws IOException {
      if (name.endsWith(suffix)) {
        throw new IOException("the network is down");
      }
      return super.read(name);
    }
  }
}
