package org.googlenet.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.util.List;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Old checkpoints go, under a term like any driver's, and a living driver is left alone. */
class PruningTest {

  private static final Retention LAST = new Retention(1, 0, 0);

  private final ObjectStore run = new MemoryStore();
  private final MovableClock clock = new MovableClock();
  private Lease driver;

  @BeforeEach
  void train() throws IOException {
    driver = Lease.acquire(run, "a", LEASE, clock);
    for (int round = 4; round <= 12; round += 4) {
      Runs.write(driver, round, clock);
    }
    run.create("checkpoints/000016-0001/model.zip", Runs.body("half"));
  }

  @AfterEach
  void stopRenewing() {
    driver.close();
  }

  @Test
  void whatNoRuleKeepsIsDeletedAndTheRunGoesOnFromTheNewest() throws IOException {
    driver.end();

    Pruning pruning = prune(LAST);

    assertThat(pruning.deleted().stream().map(CheckpointId::toString))
        .containsExactly("000004-0001", "000008-0001", "000016-0001");
    assertThat(pruning.kept()).containsExactly(new CheckpointId(12, 1));
    assertThat(pruning.warnings()).isEmpty();
    assertThat(Runs.names(run, "checkpoints"))
        .containsExactly(
            "checkpoints/000012-0001.json",
            "checkpoints/000012-0001/model.zip",
            "checkpoints/000012-0001/momentum.bin");
    try (Lease next = Lease.acquire(run, "c", LEASE, clock)) {
      assertThat(next.term().number()).as("the pruning gave the run back").isEqualTo(3);
      assertThat(next.start().orElseThrow().id()).hasToString("000012-0001");
    }
  }

  @Test
  void theRunOfALivingDriverIsRefusedAndLosesNothing() throws IOException {
    List<String> before = Runs.names(run, "");
    assertThatThrownBy(() -> prune(LAST))
        .isInstanceOfSatisfying(RunHeldProblem.class, p -> assertThat(p.exitCode()).isEqualTo(4))
        .hasMessageContaining("held by a until");
    assertThatThrownBy(() -> Pruning.plan(run, LAST, clock)).isInstanceOf(RunHeldProblem.class);
    assertThat(Runs.names(run, "")).isEqualTo(before);
    driver.check();
  }

  @Test
  void aDriverThatDiedIsPrunedAfterItsDeadline() throws IOException {
    driver.close();
    clock.pass(LEASE);
    assertThat(prune(LAST).kept()).hasSize(1);
  }

  @Test
  void aPlanSaysWhatWouldGoAndChangesNothing() throws IOException {
    driver.end();
    List<String> before = Runs.names(run, "");

    Pruning plan = Pruning.plan(run, LAST, clock);

    assertThat(Runs.names(run, "")).isEqualTo(before);
    assertThat(prune(LAST)).isEqualTo(plan);
  }

  @Test
  void whereNothingVerifiesAllStaysAsItIs() throws IOException {
    driver.end();
    for (int round = 4; round <= 12; round += 4) {
      Runs.damage(run, new CheckpointId(round, 1), "model.zip");
    }
    List<String> before = Runs.names(run, "");

    assertThatThrownBy(() -> prune(LAST))
        .isInstanceOfSatisfying(CheckpointProblem.class, p -> assertThat(p.exitCode()).isEqualTo(2))
        .hasMessageContainingAll("no checkpoint that verifies, so nothing is deleted", "verify");
    assertThat(Runs.names(run, "")).isEqualTo(before);
  }

  @Test
  void aDamagedNewestIsToldAndTheNewestThatVerifiesStays() throws IOException {
    driver.end();
    Runs.damage(run, new CheckpointId(12, 1), "model.zip");

    Pruning plan = Pruning.plan(run, LAST, clock);
    Pruning pruning = prune(LAST);

    assertThat(pruning).isEqualTo(plan);
    assertThat(pruning.warnings()).singleElement().asString().contains("000012-0001: model.zip");
    assertThat(pruning.kept()).containsExactly(new CheckpointId(8, 1));
    assertThat(Checkpoint.newest(run).manifest().round()).isEqualTo(8);
  }

  private Pruning prune(Retention retention) throws IOException {
    return Pruning.of(run, retention, "b", LEASE, clock);
  }
}
