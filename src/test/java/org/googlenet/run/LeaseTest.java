package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A run has one driver, and whoever lost it cannot disturb the next one. */
class LeaseTest {

  private final ObjectStore run = new MemoryStore();
  private final MovableClock clock = new MovableClock();
  private final List<Lease> leases = new ArrayList<>();

  @AfterEach
  void stopRenewing() {
    leases.forEach(Lease::close);
  }

  @Test
  void aNewRunIsTakenByItsFirstTerm() throws IOException {
    Lease lease = acquire("a");
    assertThat(lease.start()).isEmpty();
    assertThat(lease.warnings()).isEmpty();
    assertThat(lease.term().number()).isEqualTo(1);
    assertThat(run.readBytes("terms/0001.json", 1000))
        .asString(UTF_8)
        .isEqualToIgnoringWhitespace(
            """
            {"number": 1, "owner": "a", "started": 1767225600000, "deadline": 1767225660000,
             "begun": true, "from": null, "newest": null, "ended": false, "chain": []}
            """);
    assertThat(run.readBytes("terms/0001.claim.json", 1000))
        .asString(UTF_8)
        .isEqualToIgnoringWhitespace(
            """
            {"number": 1, "owner": "a", "started": 1767225600000, "deadline": 1767225660000,
             "begun": false, "from": null, "newest": null, "ended": false, "chain": null}
            """);
  }

  @Test
  void aHeldRunIsRefusedAndTheHolderNamed() throws IOException {
    Lease first = acquire("a");
    clock.pass(Duration.ofSeconds(59));
    assertThatThrownBy(() -> acquire("b"))
        .isInstanceOfSatisfying(RunHeldProblem.class, p -> assertThat(p.exitCode()).isEqualTo(4))
        .hasMessage(
            "memory: held by a until 2026-01-01T00:01:00Z (term 1); let it finish or stop it, then"
                + " give the same command after that time; if it is dead and that time is far,"
                + " 'googlenet checkpoints release memory' frees the run");
    first.check();
    assertThat(Runs.names(run, "")).containsExactly("terms/0001.claim.json", "terms/0001.json");
  }

  @Test
  void anEndedRunIsFreeAtOnce() throws IOException {
    acquire("a").end();
    assertThat(acquire("b").term().number()).isEqualTo(2);
  }

  @Test
  void aLeaseThatRanOutIsTakenOver() throws IOException {
    acquire("a");
    clock.pass(LEASE);
    assertThat(acquire("b").term().owner()).isEqualTo("b");
  }

  @Test
  void aRenewedLeaseIsHeldOn() throws IOException {
    Lease lease = acquire("a");
    clock.pass(Duration.ofSeconds(50));
    lease.renew();
    clock.pass(Duration.ofSeconds(50));
    assertThatThrownBy(() -> acquire("b")).isInstanceOf(RunHeldProblem.class);
  }

  @Test
  void ofDriversThatComeTogetherOneGetsTheRun() throws Exception {
    acquire("dead");
    clock.pass(LEASE);
    int drivers = 6;
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(drivers);
    try {
      List<Future<Optional<Lease>>> tries = new ArrayList<>();
      for (int i = 0; i < drivers; i++) {
        String owner = "driver " + i;
        Callable<Optional<Lease>> tryIt =
            () -> {
              start.await();
              try {
                return Optional.of(Lease.acquire(run, owner, LEASE, clock));
              } catch (RunHeldProblem e) {
                return Optional.empty();
              }
            };
        tries.add(threads.submit(tryIt));
      }
      start.countDown();
      for (Future<Optional<Lease>> one : tries) {
        one.get().ifPresent(leases::add);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(leases).hasSize(2); // with the dead one
    assertThat(RunHistory.read(run).lastTerm().orElseThrow().owner())
        .isEqualTo(leases.get(1).term().owner());
  }

  @Test
  void aDriverThatLostItsRunIsTold() throws IOException {
    Lease frozen = acquire("a");
    clock.pass(LEASE);
    acquire("b");
    assertThatThrownBy(frozen::check)
        .isInstanceOfSatisfying(RunHeldProblem.class, p -> assertThat(p.exitCode()).isEqualTo(4))
        .hasMessageContaining("term 1 was lost to b (term 2)");
    assertThatThrownBy(frozen::renew).isInstanceOf(RunHeldProblem.class);
    assertThatThrownBy(() -> Runs.write(frozen, 5, clock)).isInstanceOf(RunHeldProblem.class);
    assertThatThrownBy(() -> frozen.rewind(Optional.empty())).isInstanceOf(RunHeldProblem.class);
    assertThatThrownBy(() -> Outcome.running(frozen)).isInstanceOf(RunHeldProblem.class);
    assertThat(Runs.names(run, "checkpoints")).isEmpty();
  }

  @Test
  void aDriverWhoseLeaseRanOutUnseenGoesOn() throws IOException {
    Lease lease = acquire("a");
    clock.pass(LEASE.multipliedBy(3));
    lease.check();
    assertThatThrownBy(() -> acquire("b")).isInstanceOf(RunHeldProblem.class);
  }

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
  void aDriverWhoseTermBecameAnothersIsTold() throws IOException {
    Lease lease = acquire("a");
    Term others = Term.claimed(1, "b", clock.millis(), clock.millis() + LEASE.toMillis());
    run.overwrite(others.name(), Json.body(others));
    assertThatThrownBy(lease::check)
        .isInstanceOf(RunHeldProblem.class)
        .hasMessageContaining("term 1 was lost to b (term 1)");
    assertThatThrownBy(lease::end).isInstanceOf(RunHeldProblem.class);
    assertThat(RunHistory.read(run).lastTerm()).contains(others);
  }

  @Test
  void aDriverWhoseRunWasDeletedIsTold() throws IOException {
    Lease lease = acquire("a");
    for (String name : Runs.names(run, "")) {
      run.delete(name);
    }
    assertThatThrownBy(lease::check)
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageStartingWith("memory/terms/0001.json: is gone");
    assertThatThrownBy(lease::end).isInstanceOf(CheckpointProblem.class);
    assertThat(Runs.names(run, "")).isEmpty();
  }

  @Test
  void aDriverWhoseTermIsLostWritesItAgainAndGoesOn() throws IOException {
    Lease lease = acquire("a");
    Runs.write(lease, 4, clock);
    run.delete("terms/0001.json");
    lease.check();
    assertThat(Terms.readTerm(run, 1)).contains(lease.term());
    Manifest newest = Runs.write(lease, 8, clock);
    run.delete("terms/0001.json");
    lease.end();
    assertThat(acquire("b").start()).contains(newest);
  }

  @Test
  void anOldDriverSeesItsSuccessorAlsoWhereTheTermBetweenIsLost() throws IOException {
    Lease frozen = acquire("a");
    Runs.write(frozen, 4, clock);
    clock.pass(LEASE);
    acquire("b").end();
    Lease third = acquire("c");
    run.delete("terms/0002.json");
    run.delete("terms/0002.claim.json");
    assertThatThrownBy(frozen::check)
        .isInstanceOf(RunHeldProblem.class)
        .hasMessageContaining("lost to c (term 3)");
    third.check();
  }

  @Test
  void noNumberIsUsedTwiceWhateverOfATermIsLeft() throws IOException {
    Lease first = acquire("a");
    Runs.write(first, 4, clock);
    run.create("metrics/000004-0001.jsonl", Runs.body("{}"));
    first.end();
    clock.pass(LEASE);
    for (String name : Runs.names(run, "")) {
      ObjectStore left = new MemoryStore();
      left.create(name, ObjectStore.Body.of(run.readBytes(name, 1000)));
      assertThat(Lease.hold(left, "b", LEASE, clock, Drivers.NO_RENEWAL).term().number())
          .as(name)
          .isEqualTo(2);
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

  @Test
  void aRewindIsANewTermOfTheSameDriver() throws IOException {
    Lease lease = acquire("a");
    Manifest good = Runs.write(lease, 4, clock);
    Runs.write(lease, 8, clock);
    lease.rewind(Optional.of(good));
    assertThat(lease.term().number()).isEqualTo(2);
    assertThat(lease.start()).contains(good);
    assertThat(Runs.ids(RunHistory.read(run).checkpoints())).containsExactly("000004-0001");
    Runs.write(lease, 8, clock);
    assertThat(Runs.ids(RunHistory.read(run).checkpoints()))
        .containsExactly("000004-0001", "000008-0002");
    lease.rewind(Optional.empty());
    assertThat(RunHistory.read(run).checkpoints()).isEmpty();
    assertThatThrownBy(() -> acquire("b")).isInstanceOf(RunHeldProblem.class);
  }

  @Test
  void aLivingDriverRenewsInTheBackgroundUntilItCloses() throws Exception {
    Lease lease = Lease.acquire(run, "a", Duration.ofMillis(300), Clock.systemUTC());
    leases.add(lease);
    long first = lease.term().deadline();
    Instant patience = Instant.now().plusSeconds(20);
    while (RunHistory.read(run).lastTerm().orElseThrow().deadline() == first
        && Instant.now().isBefore(patience)) {
      Thread.sleep(10);
    }
    assertThat(RunHistory.read(run).lastTerm().orElseThrow().deadline()).isGreaterThan(first);
    assertThat(lease.renewalFailure()).isEmpty();
    lease.close();
    long last = RunHistory.read(run).lastTerm().orElseThrow().deadline();
    Thread.sleep(400);
    assertThat(RunHistory.read(run).lastTerm().orElseThrow().deadline()).isEqualTo(last);
  }

  @Test
  void anEndedTermStaysEnded() throws IOException {
    Lease lease = acquire("a");
    lease.end();
    lease.renew();
    lease.end();
    assertThat(RunHistory.read(run).lastTerm().orElseThrow().ended()).isTrue();
  }

  @Test
  void aDamagedTermIsNamed() throws IOException {
    acquire("a").end();
    run.overwrite("terms/0001.json", Runs.body("nonsense"));
    assertThatThrownBy(() -> acquire("b"))
        .isInstanceOfSatisfying(CheckpointProblem.class, p -> assertThat(p.exitCode()).isEqualTo(2))
        .hasMessage(
            "memory/terms/0001.json: is damaged, it is not the JSON of a term; restore it, or name"
                + " another run");
    run.overwrite(
        "terms/0001.json", Json.body(new Term(2, "a", 0, 0, true, null, null, true, null)));
    assertThatThrownBy(() -> acquire("b")).hasMessageContaining("says it is term 2");
  }

  @Test
  void noTwoOwnersHaveTheSameName() {
    assertThat(Lease.newOwner()).isNotEqualTo(Lease.newOwner());
  }

  private Lease acquire(String owner) throws IOException {
    Lease lease = Lease.acquire(run, owner, LEASE, clock);
    leases.add(lease);
    return lease;
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
