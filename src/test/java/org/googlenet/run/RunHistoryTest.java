package org.googlenet.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a term wrote after the point from which its successor went on does not exist. */
class RunHistoryTest {

  private final ObjectStore run = new MemoryStore();

  @Test
  void aRunThatIsNotThereHasNoHistory() throws IOException {
    assertThat(RunHistory.read(run))
        .isEqualTo(new RunHistory(List.of(), List.of(), List.of(), List.of(), List.of(), Set.of()));
  }

  @Test
  void theChainLeavesOutWhatLiesBesideIt() throws IOException {
    term(1, null);
    checkpoints("000010-0001", "000020-0001", "000025-0001");
    term(2, "000020-0001");
    checkpoints("000030-0002", "000040-0002");
    term(3, "000020-0001");
    checkpoints("000030-0003");
    assertThat(Runs.ids(RunHistory.read(run).checkpoints()))
        .containsExactly("000010-0001", "000020-0001", "000030-0003");
  }

  @Test
  void aTermFromTheBeginningEndsWhatWasBefore() throws IOException {
    term(1, null);
    checkpoints("000010-0001");
    term(2, "000010-0001");
    term(3, null);
    assertThat(RunHistory.read(run).checkpoints()).isEmpty();
    checkpoints("000005-0003");
    assertThat(Runs.ids(RunHistory.read(run).checkpoints())).containsExactly("000005-0003");
  }

  @Test
  void aTermThatIsGoneIsKnownByItsClaimByItsManifestsAndByLaterTerms() throws IOException {
    for (String lost : List.of("terms/0001", "terms/0002", "terms/0003")) {
      ObjectStore run = threeTerms();
      run.delete(lost + ".json");
      isWhole(run, lost);
      run.delete(lost + ".claim.json");
      isWhole(run, lost);
    }
  }

  /** Those of a run that version 0.1.0 began have neither copies nor chains. */
  @Test
  void theFirstTermOfAnOldRunIsKnownByWhatIsLeft() throws IOException {
    term(1, null);
    checkpoints("000010-0001", "000020-0001", "000025-0001");
    run.delete("terms/0001.json");
    assertThat(Runs.ids(RunHistory.read(run).checkpoints()))
        .containsExactly("000010-0001", "000020-0001", "000025-0001");
    assertThat(RunHistory.read(run).isWhole()).isTrue();
    term(2, "000020-0001");
    checkpoints("000030-0002");
    RunHistory history = RunHistory.read(run);
    assertThat(Runs.ids(history.checkpoints()))
        .containsExactly("000010-0001", "000020-0001", "000030-0002");
    assertThat(history.isWhole()).isTrue();
    assertThat(history.gaps()).singleElement().asString().contains("terms/0001.json: gone");
    assertThat(history.chainOf(CheckpointId.parse("000030-0002").orElseThrow()))
        .containsExactly(new Term.Link(2, "a", 30), new Term.Link(1, "a", 20));
  }

  @Test
  void whereAnOldRunsLastTermIsGoneWhatWasBeforeItIsNotKnown() throws IOException {
    term(1, null);
    checkpoints("000010-0001", "000020-0001");
    term(2, "000010-0001");
    checkpoints("000015-0002");
    run.delete("terms/0002.json");
    RunHistory history = RunHistory.read(run);
    assertThat(Runs.ids(history.checkpoints())).containsExactly("000015-0002");
    assertThat(history.isWhole()).isFalse();
    assertThat(history.uncertain()).hasSize(2);
    assertThat(history.gaps().get(0)).contains("nothing is deleted; restore the terms");
    assertThat(history.chainOf(CheckpointId.parse("000015-0002").orElseThrow())).isNull();
  }

  private static void isWhole(ObjectStore run, String lost) throws IOException {
    RunHistory history = RunHistory.read(run);
    assertThat(history.isWhole()).as(lost).isTrue();
    assertThat(history.gaps()).as(lost).hasSize(1);
    assertThat(Runs.ids(history.checkpoints()))
        .as(lost)
        .containsExactly("000004-0001", "000006-0002", "000007-0003");
    assertThat(Terms.read(run, null).highest()).as(lost).isEqualTo(3);
  }

  /** Each goes on from the one before; the first has a round too many. */
  private static ObjectStore threeTerms() throws IOException {
    ObjectStore run = new MemoryStore();
    MovableClock clock = new MovableClock();
    for (int term = 1; term <= 3; term++) {
      try (Lease lease = Lease.acquire(run, "owner " + term, Runs.LEASE, clock)) {
        Manifest written = Runs.write(lease, term == 1 ? 4 : 4 + term, clock);
        if (term == 1) {
          Runs.write(lease, 5, clock);
          Runs.damage(run, new CheckpointId(5, 1), "model.zip");
        }
        assertThat(written.chain()).hasSize(term - 1);
        lease.end();
      }
    }
    return run;
  }

  @Test
  void whatAnotherThanTheTermsOwnerWroteIsNotThere() throws IOException {
    term(1, null);
    checkpoints("000010-0001");
    Manifest others = new Manifest(20, 1, "b", 0, Metadata.NONE, Map.of(), null);
    run.create(others.id().manifest(), Json.body(others));
    assertThat(Runs.ids(RunHistory.read(run).checkpoints())).containsExactly("000010-0001");
  }

  @Test
  void aTermThatWasClaimedAndNeverBegunEndsNobodysHistory() throws IOException {
    term(1, null);
    checkpoints("000010-0001", "000020-0001");
    Term claimed = Term.claimed(2, "b", 0, 1);
    run.create(claimed.name(), Json.body(claimed));
    assertThat(RunHistory.read(run).checkpoints()).hasSize(2);
    assertThat(RunHistory.read(run).lastTerm()).contains(claimed);
    term(3, "000010-0001");
    checkpoints("000015-0003");
    assertThat(Runs.ids(RunHistory.read(run).checkpoints()))
        .containsExactly("000010-0001", "000015-0003");
  }

  @Test
  void whatHasNoCheckpointsNameIsLeftAlone() throws IOException {
    term(1, null);
    checkpoints("000010-0001");
    run.create("checkpoints/notes.json", Runs.body("{}"));
    run.create("checkpoints/10-1.json", Runs.body("{}"));
    run.create("checkpoints/000020-0001/model.zip.json", Runs.body("{}"));
    assertThat(Runs.ids(RunHistory.read(run).checkpoints())).containsExactly("000010-0001");
  }

  /** Drivers write, lose the run, wake up late and rewind, at random; a list keeps the truth. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void theHistoryIsWhatTheDriversInChargeWrote(long seed) throws IOException {
    Random random = new Random(seed);
    List<CheckpointId> truth = new ArrayList<>();
    int terms = 1;
    int round = 0;
    term(1, null);
    for (int i = 0; i < 60; i++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          round += 1 + random.nextInt(3);
          CheckpointId id = new CheckpointId(round, terms);
          checkpoints(id.toString());
          truth.add(id);
        }
        case 2 -> {
          int kept = truth.isEmpty() ? 0 : random.nextInt(truth.size() + 1);
          truth.subList(kept, truth.size()).clear();
          CheckpointId from = truth.isEmpty() ? null : truth.get(kept - 1);
          round = from == null ? 0 : from.round();
          term(++terms, from == null ? null : from.toString());
        }
        default -> writeLate(random, terms, truth);
      }
      assertThat(RunHistory.read(run).checkpoints())
          .extracting(Manifest::id)
          .containsExactlyElementsOf(truth);
    }
  }

  /** A term that was succeeded writes on, after all that it had written before. */
  private void writeLate(Random random, int terms, List<CheckpointId> truth) throws IOException {
    if (terms == 1) {
      return;
    }
    int old = 1 + random.nextInt(terms - 1);
    int beyond = 200 + random.nextInt(100);
    CheckpointId late = new CheckpointId(beyond, old);
    if (!truth.contains(late)) {
      run.overwrite(late.manifest(), Json.body(manifest(late)));
    }
  }

  private void term(int number, String from) throws IOException {
    CheckpointId start = from == null ? null : CheckpointId.parse(from).orElseThrow();
    run.create(
        Term.name(number), Json.body(new Term(number, "a", 0, 1, true, start, null, false, null)));
  }

  private void checkpoints(String... names) throws IOException {
    for (String name : names) {
      CheckpointId id = CheckpointId.parse(name).orElseThrow();
      run.create(id.manifest(), Json.body(manifest(id)));
    }
  }

  private static Manifest manifest(CheckpointId id) {
    return new Manifest(id.round(), id.term(), "a", 0, Metadata.NONE, Map.of(), null);
  }
}
