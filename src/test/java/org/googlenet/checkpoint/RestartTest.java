package org.googlenet.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.checkpoint.Runs.LEASE;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restart begins at the beginning and loses nothing of what was. */
class RestartTest {

  @TempDir private Path folder;

  private final MovableClock clock = new MovableClock();
  private final Stores stores = new Stores(Map.of());
  private String location;
  private ObjectStore run;

  @BeforeEach
  void open() {
    location = folder + "/sample";
    run = stores.open(location);
  }

  @Test
  void whatWasIsMovedAside() throws IOException {
    train(4, 8);
    run.create("metrics/rounds.jsonl", Runs.body("{}"));
    Restart restart = restart();
    try (Lease lease = restart.lease()) {
      assertThat(restart.movedTo()).contains(location + ".old-1");
      assertThat(lease.start()).isEmpty();
      assertThat(Runs.names(run, ""))
          .containsExactly(
              "terms/0001.claim.json",
              "terms/0001.json",
              "terms/0002.claim.json",
              "terms/0002.json",
              "terms/0003.claim.json",
              "terms/0003.json");
      assertThat(RunHistory.read(run).checkpoints()).isEmpty();
    }
    ObjectStore old = stores.open(location + ".old-1");
    assertThat(Checkpoint.newest(old).manifest().round()).isEqualTo(8);
    assertThat(Checkpoint.newest(old).bytes("momentum.bin")).asString(UTF_8).isEqualTo("round 8");
    assertThat(Runs.names(old, "metrics")).hasSize(1);
    assertThat(Runs.names(old, "terms")).containsExactly("terms/0001.claim.json", "terms/0001.json");
  }

  @Test
  void theNextOneGetsTheNextNumber() throws IOException {
    train(4);
    restart().lease().end();
    train(6);
    Restart second = restart();
    second.lease().end();
    assertThat(second.movedTo()).contains(location + ".old-2");
    assertThat(Checkpoint.newest(stores.open(location + ".old-1")).manifest().round()).isEqualTo(4);
    assertThat(Checkpoint.newest(stores.open(location + ".old-2")).manifest().round()).isEqualTo(6);
  }

  @Test
  void aRunThatNeverWasNeedsNoMoving() throws IOException {
    for (int i = 0; i < 2; i++) {
      Restart restart = restart();
      restart.lease().end();
      assertThat(restart.movedTo()).isEmpty();
    }
    assertThat(folder.resolve("sample.old-1")).doesNotExist();
  }

  @Test
  void aHeldRunIsNotMoved() throws IOException {
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      Runs.write(lease, 4, clock);
      assertThatThrownBy(this::restart).isInstanceOf(RunHeldProblem.class);
      lease.check();
      assertThat(RunHistory.read(run).checkpoints()).hasSize(1);
    }
  }

  @Test
  void aDriverOfTheOldRunThatWakesIsStopped() throws IOException {
    try (Lease frozen = Lease.acquire(run, "a", LEASE, clock)) {
      Runs.write(frozen, 4, clock);
      clock.pass(LEASE);
      restart().lease().end();
      assertThatThrownBy(frozen::check).isInstanceOf(RunHeldProblem.class);
      train(2);
      assertThatThrownBy(frozen::check).isInstanceOf(RunHeldProblem.class);
      assertThat(Runs.ids(RunHistory.read(run).checkpoints())).isEqualTo(List.of("000002-0004"));
    }
  }

  private void train(int... rounds) throws IOException {
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      for (int round : rounds) {
        Runs.write(lease, round, clock);
      }
      lease.end();
    }
  }

  private Restart restart() throws IOException {
    return Restart.of(stores, location, "b", LEASE, clock);
  }
}
