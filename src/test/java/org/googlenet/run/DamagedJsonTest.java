package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.googlenet.Mutations;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Body;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damaged JSON of a run is read as something valid, or refused with one line. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DamagedJsonTest {

  private static final int COPIES = 10_000;
  private static final Metadata METADATA =
      new Metadata(
          Map.of("step", 64L, "examples", 2048L),
          Map.of("top1", 0.5, "top5", Double.NaN),
          Map.of("parametersSha256", "cafe", "dataset", "[[0, 1]]"));

  private final ObjectStore run = new MemoryStore();
  private final MovableClock clock = new MovableClock();

  @BeforeEach
  void aRunOfTwoTerms() throws IOException {
    try (Lease first = Lease.acquire(run, "a", LEASE, clock)) {
      Runs.write(first, 4, clock);
      Runs.write(first, 8, METADATA, clock);
      Outcome.ended(first, 143, "interrupted", Optional.of(new CheckpointId(8, 1)));
      first.end();
    }
    try (Lease second = Lease.acquire(run, "b", LEASE, clock)) {
      Runs.write(second, 12, METADATA, clock);
    }
    clock.pass(LEASE);
  }

  @Tag("slow")
  @Test
  void aTerm() throws IOException {
    for (String name : List.of(Term.name(1), Term.name(2))) {
      refused(name, this::readsTheTerms, CheckpointProblem.class, RunHeldProblem.class);
    }
  }

  @Tag("slow")
  @Test
  void theClaimOfATermThatIsGone() throws IOException {
    run.delete(Term.name(2));
    refused(Term.claimName(2), this::readsTheTerms, CheckpointProblem.class, RunHeldProblem.class);
  }

  private void readsTheTerms(ObjectStore store) throws IOException {
    RunHistory history = RunHistory.read(store);
    history.warnings().forEach(warning -> assertThat(warning.lines()).hasSize(1));
    history.gaps().forEach(gap -> assertThat(gap.lines()).hasSize(1));
    Lease.acquire(store, "c", Duration.ofDays(1), clock, Drivers.NO_RENEWAL).check();
  }

  @Tag("slow")
  @Test
  void aManifest() throws IOException {
    refused(
        "checkpoints/000012-0002.json",
        store -> {
          RunHistory.Verified newest = RunHistory.read(store).newestThatVerifies(store);
          newest.warnings().forEach(warning -> assertThat(warning.lines()).hasSize(1));
          assertThat(newest.manifest().orElseThrow().round()).isIn(8, 12);
          Checkpoint.readManifest(store, new CheckpointId(12, 2));
        },
        CheckpointProblem.class);
  }

  @Tag("slow")
  @Test
  void theOutcome() throws IOException {
    refused("outcome.json", Outcome::read, CheckpointProblem.class);
  }

  @Tag("slow")
  @Test
  void theStateFile() {
    int refused =
        Mutations.refused(
            COPIES,
            StateFileTest.EXAMPLE.toJson(),
            Mutations::json,
            damaged -> StateFile.fromJson(damaged, "state.json"),
            CheckpointProblem.class);
    assertThat(refused).isBetween(COPIES / 4, COPIES);
  }

  @Tag("slow")
  @Test
  void theStateFileOfVersion1() {
    int refused =
        Mutations.refused(
            COPIES,
            StateFileTest.VERSION_1.getBytes(UTF_8),
            Mutations::json,
            damaged -> StateFile.fromJson(damaged, "state.json"),
            CheckpointProblem.class);
    assertThat(refused).isBetween(COPIES / 4, COPIES);
  }

  @FunctionalInterface
  private interface Reader {

    void read(ObjectStore store) throws IOException;
  }

  private void refused(String name, Reader reader, Class<?>... problems) throws IOException {
    byte[] good = run.readBytes(name, 10_000);
    int refused =
        Mutations.refused(
            COPIES,
            good,
            Mutations::json,
            damaged -> {
              ObjectStore copy = copy();
              copy.overwrite(name, Body.of(damaged));
              reader.read(copy);
            },
            problems);
    assertThat(refused).as(name).isBetween(COPIES / 4, COPIES);
  }

  private ObjectStore copy() throws IOException {
    ObjectStore copy = new MemoryStore();
    for (String name : Runs.names(run, "")) {
      copy.overwrite(name, Body.of(run.readBytes(name, 10_000)));
    }
    return copy;
  }
}
