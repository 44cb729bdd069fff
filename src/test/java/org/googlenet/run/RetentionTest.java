package org.googlenet.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints go in an order that never leaves half of one, and the newest never goes. */
class RetentionTest {

  private final ObjectStore run = new MemoryStore();
  private final MovableClock clock = new MovableClock();

  @Test
  void theLastTheBestAndEverySoManyStay() {
    List<Manifest> history =
        List.of(at(4, 0.1), at(8, 0.9), at(12, 0.2), at(16, null), at(20, 0.3), at(24, 0.2));
    assertThat(rounds(new Retention(2, 0, 0).kept(history))).containsExactly(20, 24);
    assertThat(rounds(new Retention(1, 1, 0).kept(history))).containsExactly(8, 24);
    assertThat(rounds(new Retention(1, 2, 0).kept(history))).containsExactly(8, 20, 24);
    assertThat(rounds(new Retention(1, 0, 8).kept(history))).containsExactly(8, 16, 24);
    assertThat(rounds(new Retention(9, 0, 0).kept(history))).hasSize(6);
    assertThat(new Retention(1, 1, 1).kept(List.of())).isEmpty();
  }

  @Test
  void theNewestThatARewindMayGoBackToStays() {
    List<Manifest> history = List.of(at(4, 0.1), at(8, 0.1), at(11, 0.1));
    assertThat(rounds(new Retention(1, 0, 0, 4).kept(history))).containsExactly(8, 11);
    assertThat(rounds(new Retention(1, 0, 0, 1).kept(history))).containsExactly(11);
  }

  @Test
  void eachRuleThatKeepsACheckpointIsNamed() {
    List<Manifest> history = List.of(at(4, 0.9), at(6, 0.1), at(8, 0.1), at(11, 0.1));
    assertThat(new Retention(1, 1, 6, 4).reasons(history))
        .containsExactly(
            Map.entry(history.get(0).id(), List.of("best")),
            Map.entry(history.get(1).id(), List.of("every")),
            Map.entry(history.get(2).id(), List.of("rewind")),
            Map.entry(history.get(3).id(), List.of("last")));
    assertThat(new Retention(2, 4, 0).reasons(history).get(history.get(3).id()))
        .containsExactly("last", "best");
  }

  @Test
  void ofTwoEquallyGoodTheNewerIsBetter() {
    assertThat(rounds(new Retention(1, 1, 0).kept(List.of(at(4, 0.5), at(8, 0.5), at(12, 0.1)))))
        .containsExactly(8, 12);
  }

  @Test
  void aCheckpointOfNoKnownQualityIsNotTheBest() {
    assertThat(
            rounds(
                new Retention(1, 1, 0).kept(List.of(at(4, 0.0), at(8, Double.NaN), at(12, null)))))
        .containsExactly(4, 12);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void eachKeptOneHasAReasonAndEachReasonIsKept(long seed) {
    Random random = new Random(seed);
    List<Manifest> history = new ArrayList<>();
    int round = 0;
    for (int i = random.nextInt(30); i >= 0; i--) {
      round += 1 + random.nextInt(4);
      history.add(at(round, random.nextBoolean() ? random.nextInt(5) / 4.0 : null));
    }
    Retention retention =
        new Retention(1 + random.nextInt(4), random.nextInt(3), random.nextInt(5));
    Set<CheckpointId> kept = retention.kept(history);
    assertThat(kept).contains(history.get(history.size() - 1).id());
    for (int i = 0; i < history.size(); i++) {
      Manifest one = history.get(i);
      boolean last = history.size() - i <= retention.keepLast();
      boolean every = retention.keepEvery() > 0 && one.round() % retention.keepEvery() == 0;
      Double top1 = one.metadata().metrics().get("top1");
      long better =
          top1 == null
              ? Long.MAX_VALUE
              : history.stream().filter(other -> isBetter(other, one)).count();
      boolean best = better < retention.keepBest();
      assertThat(kept.contains(one.id()))
          .as("%s of %s", one, retention)
          .isEqualTo(last || every || best);
    }
    assertThat(retention.kept(history.stream().filter(m -> kept.contains(m.id())).toList()))
        .as("what stays once stays")
        .isEqualTo(kept);
  }

  @Test
  void whatDoesNotStayIsDeletedWithItsBlobs() throws IOException {
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      for (int round = 4; round <= 20; round += 4) {
        Runs.write(lease, round, clock);
      }
      List<CheckpointId> deleted = new Retention(2, 0, 0).apply(lease);
      assertThat(rounds(deleted)).containsExactly(4, 8, 12);
      assertThat(Runs.names(run, "checkpoints"))
          .hasSize(6)
          .allMatch(name -> name.contains("000016-0001") || name.contains("000020-0001"));
      assertThat(new Retention(2, 0, 0).apply(lease)).isEmpty();
      assertThat(Checkpoint.newest(run).manifest().round()).isEqualTo(20);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aManifestGoesBeforeItsBlobsAndTheNextTermCollectsTheRest(int deletes) throws IOException {
    try (Lease lease = Lease.acquire(new DyingAfter(run, deletes), "a", LEASE, clock)) {
      Runs.write(lease, 4, clock);
      Runs.write(lease, 8, clock);
      assertThatThrownBy(() -> new Retention(1, 0, 0).apply(lease)).hasMessage("killed");
    }
    for (Manifest manifest : RunHistory.read(run).checkpoints()) {
      assertThat(new Checkpoint(run, manifest).defect()).isEmpty();
    }
    assertThat(RunHistory.read(run).checkpoints()).hasSize(deletes == 0 ? 2 : 1);
    clock.pass(LEASE);
    try (Lease lease = Lease.acquire(run, "b", LEASE, clock)) {
      assertThat(rounds(new Retention(1, 0, 0).apply(lease))).containsExactly(4);
      assertThat(Runs.names(run, "checkpoints"))
          .hasSize(3)
          .allMatch(name -> name.contains("000008-0001"));
    }
  }

  @Test
  void onlyAttemptsOfEarlierTermsAreOrphans() throws IOException {
    try (Lease first = Lease.acquire(run, "a", LEASE, clock)) {
      Runs.write(first, 4, clock);
      run.create("checkpoints/000008-0001/model.zip", Runs.body("the driver died here"));
      first.end();
    }
    try (Lease second = Lease.acquire(run, "b", LEASE, clock)) {
      run.create("checkpoints/000008-0002/model.zip", Runs.body("being written"));
      run.create("checkpoints/notes.txt", Runs.body("a user's"));
      assertThat(new Retention(1, 0, 0).apply(second)).containsExactly(new CheckpointId(8, 1));
      assertThat(Runs.names(run, "checkpoints"))
          .containsExactly(
              "checkpoints/000004-0001.json",
              "checkpoints/000004-0001/model.zip",
              "checkpoints/000004-0001/momentum.bin",
              "checkpoints/000008-0002/model.zip",
              "checkpoints/notes.txt");
    }
  }

  @Test
  void theCheckpointThatATermGoesOnFromStaysUntilThereIsANewerOne() throws IOException {
    try (Lease first = Lease.acquire(run, "a", LEASE, clock)) {
      Runs.write(first, 4, clock);
      Manifest bad = Runs.write(first, 8, clock);
      Runs.damage(run, bad.id(), "model.zip");
      first.end();
    }
    try (Lease second = Lease.acquire(run, "b", LEASE, clock)) {
      assertThat(rounds(new Retention(1, 0, 0).apply(second))).containsExactly(8);
      assertThat(Checkpoint.newest(run).manifest().round()).isEqualTo(4);
      Runs.write(second, 6, clock);
      assertThat(rounds(new Retention(1, 0, 0).apply(second))).containsExactly(4);
    }
  }

  @Test
  void aDriverThatLostTheRunDeletesNothing() throws IOException {
    try (Lease frozen = Lease.acquire(run, "a", LEASE, clock)) {
      Runs.write(frozen, 4, clock);
      Runs.write(frozen, 8, clock);
      clock.pass(LEASE);
      Lease.acquire(run, "b", LEASE, clock).close();
      assertThatThrownBy(() -> new Retention(1, 0, 0).apply(frozen))
          .isInstanceOf(RunHeldProblem.class);
      assertThat(RunHistory.read(run).checkpoints()).hasSize(2);
    }
  }

  @Test
  void keepingNothingIsRefused() {
    assertThatThrownBy(() -> new Retention(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  private static boolean isBetter(Manifest other, Manifest one) {
    Double top1 = other.metadata().metrics().get("top1");
    Comparator<Manifest> order =
        Comparator.comparing((Manifest m) -> m.metadata().metrics().get("top1"))
            .thenComparing(Manifest::round);
    return top1 != null && order.compare(other, one) > 0;
  }

  private static Manifest at(int round, Double top1) {
    Map<String, Double> metrics = top1 == null ? Map.of() : Map.of("top1", top1);
    return new Manifest(
        round, 1, "a", 0, new Metadata(Map.of(), metrics, Map.of()), Map.of(), null);
  }

  private static List<Integer> rounds(Collection<CheckpointId> ids) {
    return ids.stream().map(CheckpointId::round).toList();
  }

  /** A store whose driver is killed after some deletions. */
  private static final class DyingAfter extends ForwardingStore {

    private int deletes;

    DyingAfter(ObjectStore store, int deletes) {
      super(store);
      this.deletes = deletes;
    }

    @Override
    public void delete(String name) throws IOException {
      if (deletes-- <= 0) {
        throw new IOException("killed");
      }
      super.delete(name);
    }
  }
}
