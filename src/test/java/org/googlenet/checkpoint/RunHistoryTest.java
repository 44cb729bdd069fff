package org.googlenet.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
    assertThat(RunHistory.read(run)).isEqualTo(new RunHistory(List.of(), List.of(), List.of()));
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
  void aCheckpointOfATermThatIsNotThereIsNotThere() throws IOException {
    term(1, null);
    checkpoints("000010-0002");
    assertThat(RunHistory.read(run).checkpoints()).isEmpty();
  }

  @Test
  void whatAnotherThanTheTermsOwnerWroteIsNotThere() throws IOException {
    term(1, null);
    checkpoints("000010-0001");
    Manifest others = new Manifest(20, 1, "b", 0, Metadata.NONE, Map.of());
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
    run.create(Term.name(number), Json.body(new Term(number, "a", 0, 1, true, start, null, false)));
  }

  private void checkpoints(String... names) throws IOException {
    for (String name : names) {
      CheckpointId id = CheckpointId.parse(name).orElseThrow();
      run.create(id.manifest(), Json.body(manifest(id)));
    }
  }

  private static Manifest manifest(CheckpointId id) {
    return new Manifest(id.round(), id.term(), "a", 0, Metadata.NONE, Map.of());
  }
}
