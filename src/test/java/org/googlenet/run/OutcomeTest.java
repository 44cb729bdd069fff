package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.util.Optional;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  private final ObjectStore run = new MemoryStore();
  private final MovableClock clock = new MovableClock();

  @Test
  void aRunTellsHowItStands() throws IOException {
    assertThat(Outcome.read(run)).isEmpty();
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      Outcome.running(lease);
      Outcome running = Outcome.read(run).orElseThrow();
      assertThat(running).isEqualTo(new Outcome(null, "running", null, 1));
      assertThat(running.isDone()).isFalse();
      CheckpointId newest = Runs.write(lease, 4, clock).id();
      Outcome.ended(lease, 0, "trained 4 rounds", Optional.of(newest));
      lease.end();
    }
    assertThat(run.readBytes("outcome.json", 1000))
        .asString(UTF_8)
        .isEqualToIgnoringWhitespace(
            """
            {"code": 0, "reason": "trained 4 rounds", "checkpoint": "000004-0001", "term": 1}
            """);
    assertThat(Outcome.read(run).orElseThrow().isDone()).isTrue();
    try (Lease lease = Lease.acquire(run, "b", LEASE, clock)) {
      Outcome.running(lease);
      assertThat(Outcome.read(run))
          .contains(new Outcome(null, "running", new CheckpointId(4, 1), 2));
      Outcome.ended(lease, 130, "interrupted", Optional.empty());
      assertThat(Outcome.read(run).orElseThrow().isDone()).isFalse();
    }
  }
}
