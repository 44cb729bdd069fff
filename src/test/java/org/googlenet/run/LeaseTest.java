package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
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
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;

/** A run has one driver, and whoever lost it cannot disturb the next one. */
class LeaseTest extends LeaseFixture {

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
}
