package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.InterruptedStore;
import org.googlenet.storage.InterruptedStore.Crash;
import org.googlenet.storage.InterruptedStore.Died;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;

/** A driver may die at each call of the storage: the next start finds a good checkpoint. */
class CrashTest {

  private static final String RUN = "run";
  private static final Retention RETENTION = new Retention(1, 0, 0);

  private final MovableClock clock = new MovableClock();

  /** What a driver does with a store until it dies; it tells which rounds it was told of. */
  @FunctionalInterface
  private interface Work {

    void on(ObjectStore store, List<Integer> acknowledged) throws IOException;
  }

  @Test
  void ofATakeOver() throws IOException {
    diesAtEachCall(
        (store, acknowledged) -> {
          Lease lease = lease(store);
          acknowledged.add(4);
          lease.end();
        },
        "overwrite run/terms/0002.json");
  }

  @Test
  void ofACheckpoint() throws IOException {
    diesAtEachCall(
        (store, acknowledged) -> {
          Lease lease = lease(store);
          write(lease, 5, acknowledged);
        },
        "create run/checkpoints/000005-0002.json");
  }

  @Test
  void ofARetention() throws IOException {
    diesAtEachCall(
        (store, acknowledged) -> {
          Lease lease = lease(store);
          write(lease, 5, acknowledged);
          write(lease, 6, acknowledged);
          RETENTION.apply(lease);
        },
        "delete run/checkpoints/000004-0001.json",
        "delete run/checkpoints/000005-0002/momentum.bin");
  }

  @Test
  void ofARewind() throws IOException {
    diesAtEachCall(
        (store, acknowledged) -> {
          Lease lease = lease(store);
          Optional<Manifest> start = lease.start();
          write(lease, 5, acknowledged);
          acknowledged.clear();
          acknowledged.add(4);
          lease.rewind(start);
          write(lease, 5, acknowledged);
          RETENTION.apply(lease);
        },
        "create run/terms/0003.json",
        "delete run/checkpoints/000005-0002.json");
  }

  @Test
  void ofARestart() throws IOException {
    restartDiesAtEachCall(false, "create run/terms/0003.json", "rename run/checkpoints");
  }

  @Test
  void ofARestartWhereTheStoreCannotRename() throws IOException {
    restartDiesAtEachCall(
        true, "create run.old-1/checkpoints/000004-0001.json", "delete run/recipe.yaml");
  }

  /**
   * Before the new beginning the run has the checkpoints, or the folder aside has all; after it the
   * folder aside has all.
   */
  private void restartDiesAtEachCall(boolean byCopies, String... among) throws IOException {
    Work restart = (store, acknowledged) -> restart(store, byCopies);
    List<String> calls = calls(restart);
    assertThat(calls).contains(among);
    for (Crash crash : InterruptedStore.crashes(calls.size())) {
      ObjectStore store = runOfFourRounds();
      List<Integer> told = dies(restart, store, crash);
      assertThat(told).isEmpty();
      ObjectStore run = new Inside(store, RUN);
      boolean isBegunAnew = RunHistory.read(run).terms().size() == 3;
      boolean isMoved = isBegunAnew || run.list(Manifest.FOLDER).isEmpty();
      ObjectStore whole = isMoved ? new Inside(store, RUN + ".old-1") : run;
      assertThat(Checkpoint.newest(whole).manifest().round()).as("%s", crash).isEqualTo(4);
      assertThat(Checkpoint.newest(whole).defect()).as("%s", crash).isEmpty();
      assertThat(whole.readBytes("recipe.yaml", 100)).asString(UTF_8).isEqualTo("a recipe");
      clock.pass(Runs.LEASE);
      if (isMoved && !isBegunAnew) {
        assertThatThrownBy(() -> Lease.acquire(run, "next", Runs.LEASE, clock))
            .as("%s", crash)
            .isInstanceOf(CheckpointProblem.class)
            .hasMessageContaining("run.old-1");
      } else {
        try (Lease next = Lease.acquire(run, "next", Runs.LEASE, clock)) {
          assertThat(next.start().isEmpty()).as("%s", crash).isEqualTo(isBegunAnew);
        }
      }
      clock.pass(Runs.LEASE);
      try (Lease again = restart(store, byCopies).lease()) {
        assertThat(again.start()).isEmpty();
        assertThat(Runs.names(run, "checkpoints")).as("%s", crash).isEmpty();
      }
      assertThat(Checkpoint.newest(isMoved ? whole : aside(store)).manifest().round())
          .as("%s", crash)
          .isEqualTo(4);
    }
  }

  /** The last place that a restart has moved to. */
  private static ObjectStore aside(ObjectStore store) throws IOException {
    int number = 1;
    while (!store.list(RUN + ".old-" + (number + 1)).isEmpty()) {
      number++;
    }
    return new Inside(store, RUN + ".old-" + number);
  }

  private void diesAtEachCall(Work work, String... among) throws IOException {
    List<String> calls = calls(work);
    assertThat(calls).contains(among);
    for (Crash crash : InterruptedStore.crashes(calls.size())) {
      ObjectStore store = runOfFourRounds();
      List<Integer> acknowledged = new ArrayList<>(List.of(4));
      acknowledged.addAll(dies(work, store, crash));
      int last = acknowledged.get(acknowledged.size() - 1);
      ObjectStore run = new Inside(store, RUN);
      for (Manifest manifest : RunHistory.read(run).checkpoints()) {
        assertThat(new Checkpoint(run, manifest).defect()).as("%s", crash).isEmpty();
      }
      assertThat(Checkpoint.newest(run).manifest().round()).as("%s", crash).isIn(last, last + 1);
      nextDriverGoesOn(run, last, crash);
    }
  }

  private void nextDriverGoesOn(ObjectStore run, int last, Crash crash) throws IOException {
    clock.pass(Runs.LEASE);
    try (Lease next = Lease.acquire(run, "next", Runs.LEASE, clock)) {
      assertThat(next.warnings()).isEmpty();
      assertThat(next.start().orElseThrow().round()).as("%s", crash).isIn(last, last + 1);
      Manifest later = Runs.write(next, 9, clock);
      RETENTION.apply(next);
      assertThat(Runs.names(run, "checkpoints"))
          .as("nothing is left over after %s", crash)
          .hasSize(1 + later.blobs().size());
    }
  }

  private List<String> calls(Work work) throws IOException {
    InterruptedStore counting = new InterruptedStore(runOfFourRounds(), Crash.NEVER);
    work.on(counting, new ArrayList<>());
    return counting.calls();
  }

  private static List<Integer> dies(Work work, ObjectStore store, Crash crash) {
    InterruptedStore dying = new InterruptedStore(store, crash);
    List<Integer> acknowledged = new ArrayList<>();
    try {
      work.on(dying, acknowledged);
    } catch (Died e) {
      return acknowledged;
    } catch (IOException e) {
      throw new AssertionError("at " + crash, e);
    }
    // Only a write has a middle.
    assertThat(crash.moment()).as("%s", crash).isEqualTo(InterruptedStore.Moment.WITHIN);
    return acknowledged;
  }

  private Lease lease(ObjectStore store) throws IOException {
    return Lease.acquire(
        new Inside(store, RUN), "a", Runs.LEASE, clock, (pause, renew) -> () -> {});
  }

  private void write(Lease lease, int round, List<Integer> acknowledged) throws IOException {
    Runs.write(lease, round, clock);
    acknowledged.add(round);
  }

  private Restart restart(ObjectStore store, boolean byCopies) throws IOException {
    ObjectStore seen = byCopies ? new ForwardingStore(store) : store;
    Lease held =
        Lease.hold(new Inside(seen, RUN), "a", Runs.LEASE, clock, (pause, renew) -> () -> {});
    return Restart.of(place -> new Inside(seen, place), held);
  }

  /** A run with a checkpoint, which its driver has given back. */
  private ObjectStore runOfFourRounds() throws IOException {
    ObjectStore store = new MemoryStore();
    ObjectStore run = new Inside(store, RUN);
    run.create("recipe.yaml", Runs.body("a recipe"));
    try (Lease first = Lease.acquire(run, "first", Runs.LEASE, clock)) {
      Runs.write(first, 4, clock);
      first.end();
    }
    return store;
  }
}
