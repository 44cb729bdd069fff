package org.googlenet.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunFilesTest {

  private static final ObjectStore.Body PAGE = ObjectStore.Body.of("page".getBytes(UTF_8));

  private final MovableClock clock = new MovableClock();
  private final ObjectStore run = new MemoryStore();

  private Lease lease(String owner) throws IOException {
    return Lease.acquire(run, owner, Runs.LEASE, clock);
  }

  @Test
  void aFileIsWrittenAndReplaced() throws IOException {
    try (Lease lease = lease("a")) {
      RunFiles files = new RunFiles(lease);
      files.write("report/index.html", ObjectStore.Body.of("draft".getBytes(UTF_8)));
      files.write("report/index.html", PAGE);
    }
    assertThat(run.readBytes("report/index.html", 100)).asString(UTF_8).isEqualTo("page");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "outcome.json",
        "recipe.yaml",
        "metrics/000001-0001.jsonl",
        "quarantine.jsonl",
        "terms/0001.json",
        "checkpoints/000001-0001.json"
      })
  void aRunsOwnFilesAreRefused(String name) throws IOException {
    try (Lease lease = lease("a")) {
      assertThatThrownBy(() -> new RunFiles(lease).write(name, PAGE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(name + ": is a run's own; choose another name");
    }
  }

  @Test
  void theQuarantineIsWrittenEmptiedAndNotMadeWhereThereIsNothingToSay() throws IOException {
    Quarantine one =
        new Quarantine(List.of(new Quarantine.Entry("a.tar", 0, null, "record", "torn", 1)));
    try (Lease lease = lease("a")) {
      RunFiles files = new RunFiles(lease);
      files.writeQuarantine(Quarantine.NONE);
      assertThat(run.list("")).extracting(ObjectStore.Entry::name).doesNotContain(Quarantine.NAME);
      files.writeQuarantine(one);
      assertThat(run.readBytes(Quarantine.NAME, 1000)).isEqualTo(one.toJsonLines());
      files.writeQuarantine(Quarantine.NONE);
      assertThat(run.readBytes(Quarantine.NAME, 1000)).isEmpty();
    }
  }

  @Test
  void aDriverThatHasLostTheRunWritesNothing() throws IOException {
    try (Lease first = lease("a")) {
      clock.pass(Runs.LEASE.multipliedBy(2));
      lease("b").end();
      assertThatThrownBy(() -> new RunFiles(first).write("report/index.html", PAGE))
          .isInstanceOf(RunHeldProblem.class);
    }
    assertThat(run.list("report")).isEmpty();
  }

  @Test
  void aRunThatWasGivenBackTakesNothingMore() throws IOException {
    Lease lease = lease("a");
    lease.end();
    assertThatThrownBy(() -> new RunFiles(lease).write("report/index.html", PAGE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the run has been given back");
  }
}
