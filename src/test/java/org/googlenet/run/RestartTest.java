package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Renaming;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(Runs.names(old, "terms"))
        .containsExactly("terms/0001.claim.json", "terms/0001.json");
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

  /** The n-th call of the storage fails, once. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRestartThatFailsLeavesTheRunAsItWasAndFree(boolean byCopies) throws IOException {
    int failed = 0;
    boolean fails = true;
    for (int call = 1; fails; call++) {
      MemoryStore memory = new MemoryStore();
      ObjectStore sample = new Inside(memory, "run");
      try (Lease lease = Lease.acquire(sample, "a", LEASE, clock)) {
        sample.create("recipe.yaml", Runs.body("a recipe"));
        Runs.write(lease, 4, clock);
        sample.create("metrics/000004-0001.jsonl", Runs.body("{}"));
        lease.end();
      }
      List<String> before = besideTerms(sample);
      FailingOnce store = new FailingOnce(memory, call);
      ObjectStore seen = byCopies ? new ForwardingStore(store) : store;
      fails = false;
      try {
        Lease held = Lease.hold(new Inside(seen, "run"), "b", LEASE, clock, Drivers.NO_RENEWAL);
        Restart.of(place -> new Inside(seen, place), held);
      } catch (IOException e) {
        fails = true;
        boolean isBegunAnew =
            Terms.last(sample).filter(Term::begun).map(Term::number).orElse(0) > 1;
        ObjectStore whole = isBegunAnew ? new Inside(memory, "run.old-1") : sample;
        assertThat(besideTerms(whole)).as("call %d", call).isEqualTo(before);
        assertThat(Checkpoint.newest(whole).defect()).as("call %d", call).isEmpty();
        if (!isBegunAnew && store.isClaimed()) {
          assertThat(memory.list("run.old-1")).as("call %d", call).isEmpty();
          Lease next = Lease.acquire(sample, "c", LEASE, clock, Drivers.NO_RENEWAL);
          assertThat(next.start().orElseThrow().round())
              .as("free after call %d", call)
              .isEqualTo(4);
          failed++;
        }
      }
    }
    assertThat(failed).as("failures that were undone").isGreaterThan(10);
  }

  private static List<String> besideTerms(ObjectStore store) throws IOException {
    return Runs.names(store, "").stream().filter(name -> !name.startsWith("terms/")).toList();
  }

  /** A store one call of which fails before it takes effect. */
  private static final class FailingOnce extends ForwardingStore implements Renaming {

    private final MemoryStore memory;
    private int left;
    private boolean claimed;

    FailingOnce(MemoryStore memory, int call) {
      super(memory);
      this.memory = memory;
      this.left = call;
    }

    /** Whether the run had been taken before. */
    boolean isClaimed() {
      return claimed;
    }

    @Override
    protected void call() throws IOException {
      if (--left == 0) {
        throw new IOException("no space left");
      }
    }

    @Override
    public void create(String name, Body body) throws IOException {
      super.create(name, body);
      claimed |= left > 0 && name.equals("run/terms/0002.json");
    }

    @Override
    public boolean rename(String from, String to) throws IOException {
      call();
      return memory.rename(from, to);
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
