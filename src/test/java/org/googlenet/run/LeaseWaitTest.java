package org.googlenet.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A driver that waits for a living one, on a clock that stands still. */
class LeaseWaitTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  private final ObjectStore run = new MemoryStore();
  private final MovableClock clock = new MovableClock();
  private final Instant start = clock.instant();
  private final List<Lease> leases = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private Lease holder;

  @AfterEach
  void stopRenewing() {
    leases.forEach(Lease::close);
  }

  @BeforeEach
  void hold() throws IOException {
    holder = acquire("a");
  }

  @Test
  void aFreeRunIsTakenWithoutAWord() throws IOException {
    holder.end();
    assertThat(wait(LONG, time -> true).orElseThrow().term().owner()).isEqualTo("b");
    assertThat(told).isEmpty();
    assertThat(clock.instant()).isEqualTo(start);
  }

  @Test
  void aDriverThatEndsIsSucceededAtTheNextLook() throws IOException {
    Optional<Lease> taken =
        wait(
            LONG,
            time -> {
              clock.pass(time);
              if (passed().toSeconds() >= 10) {
                end(holder);
              }
              return true;
            });
    assertThat(taken.orElseThrow().term().number()).isEqualTo(2);
    assertThat(passed()).isEqualTo(Duration.ofSeconds(10));
    assertThat(told).containsExactly("a until 2026-01-01T00:10:00Z");
  }

  @Test
  void aDriverThatDiedIsSucceededAtItsDeadline() throws IOException {
    holder.close();
    assertThat(wait(LONG, this::passes)).isPresent();
    assertThat(passed()).isEqualTo(LEASE);
    assertThat(told).hasSize(1);
  }

  @Test
  void aDriverThatLivesOnIsNotDisturbedAndTheWaitEndsWithItsTime() {
    assertThatThrownBy(
            () ->
                wait(
                    LONG,
                    time -> {
                      clock.pass(time);
                      renew(holder);
                      return true;
                    }))
        .isInstanceOfSatisfying(RunHeldProblem.class, p -> assertThat(p.exitCode()).isEqualTo(4))
        .hasMessageContaining("held by a until");
    assertThat(passed()).isEqualTo(LONG);
    assertThat(told).hasSize(1);
  }

  @Test
  void withoutAWaitAHeldRunIsRefusedAtOnce() {
    assertThatThrownBy(() -> wait(Duration.ZERO, this::passes)).isInstanceOf(RunHeldProblem.class);
    assertThat(passed()).isZero();
    assertThat(told).isEmpty();
  }

  @Test
  void whoIsToldToStopWaitsNoLongerAndTakesNothing() throws IOException {
    holder.close();
    assertThat(wait(LONG, time -> false)).isEmpty();
    assertThat(passed()).isZero();
    assertThat(RunHistory.read(run).terms()).hasSize(1);
  }

  @Test
  void aDriverThatIsQuickerIsWaitedForToo() throws IOException {
    holder.close();
    List<Lease> quicker = new ArrayList<>();
    Optional<Lease> taken =
        new LeaseWait(LONG, clock, this::passes, this::tell)
            .take(
                run,
                () -> {
                  if (quicker.isEmpty()) {
                    quicker.add(acquire("c"));
                    quicker.get(0).close();
                  }
                  return acquire("b");
                });
    assertThat(taken.orElseThrow().term().number()).isEqualTo(3);
    assertThat(told)
        .containsExactly("a until 2026-01-01T00:10:00Z", "c until 2026-01-01T00:10:00Z");
  }

  @Test
  void aRewindOfTheDriverInChargeIsNoOtherDriver() throws IOException {
    Optional<Lease> taken =
        wait(
            LONG,
            time -> {
              clock.pass(time);
              if (passed().toSeconds() == 5) {
                rewind(holder);
              } else {
                end(holder);
              }
              return true;
            });
    assertThat(taken.orElseThrow().term().number()).isEqualTo(3);
    assertThat(told).hasSize(1);
  }

  @Test
  void whoOnlyWaitsTakesNothing() throws IOException {
    holder.close();
    new LeaseWait(LONG, clock, this::passes, this::tell).untilFree(run);
    assertThat(passed()).isEqualTo(LEASE);
    assertThat(RunHistory.read(run).terms()).hasSize(1);
    assertThat(told).hasSize(1);
  }

  @Test
  void whoOnlyWaitsIsRefusedWhenTheTimeIsOver() {
    Duration shorter = LEASE.dividedBy(2);
    assertThatThrownBy(() -> new LeaseWait(shorter, clock, this::passes, this::tell).untilFree(run))
        .isInstanceOf(RunHeldProblem.class)
        .hasMessageContaining("held by a until");
    assertThat(passed()).isEqualTo(shorter);
  }

  private Optional<Lease> wait(Duration atMost, LeaseWait.Pause pause) throws IOException {
    return new LeaseWait(atMost, clock, pause, this::tell).take(run, () -> acquire("b"));
  }

  private boolean passes(Duration time) {
    clock.pass(time);
    return true;
  }

  private void tell(Term term, Instant until) {
    told.add(term.owner() + " until " + until);
  }

  private Duration passed() {
    return Duration.between(start, clock.instant());
  }

  private Lease acquire(String owner) throws IOException {
    Lease lease = Lease.acquire(run, owner, LEASE, clock);
    leases.add(lease);
    return lease;
  }

  private static void end(Lease lease) {
    unchecked(lease::end);
  }

  private static void renew(Lease lease) {
    unchecked(lease::renew);
  }

  private static void rewind(Lease lease) {
    unchecked(() -> lease.rewind(Optional.empty()));
  }

  private interface Step {
    void take() throws IOException;
  }

  private static void unchecked(Step step) {
    try {
      step.take();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
