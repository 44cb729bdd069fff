package org.googlenet.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.googlenet.Mutations;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Lease;
import org.googlenet.run.Metadata;
import org.googlenet.run.MovableClock;
import org.googlenet.run.Runs;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Body;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the gate decided about a model and a champion goes with its promotion, and no other's. */
class GateRecordTest {

  private static final int COPIES = 3_000;
  private static final String FOUR = "memory-000004-0001";
  private static final String EIGHT = "memory-000008-0001";
  private static final String NAME = "gates/" + EIGHT + "-against-0001.json";

  private final ObjectStore run = new MemoryStore();
  private final ObjectStore store = new MemoryStore();
  private final Models models = new Models(store);
  private final MovableClock clock = new MovableClock();

  @BeforeEach
  void train() throws IOException {
    try (Lease lease = Lease.acquire(run, "a", LEASE, clock)) {
      for (int round = 4; round <= 8; round += 4) {
        Map<String, String> labels = Map.of(Metadata.PARAMETERS, "parameters of " + round);
        Runs.write(lease, round, new Metadata(Map.of(), Map.of("top1", 0.5), labels), clock);
      }
      lease.end();
    }
    promote(4, FOUR);
  }

  private Champion promote(int round, String version) throws IOException {
    return promote(round, version, false);
  }

  private Champion promote(int round, String version, boolean gated) throws IOException {
    Checkpoint checkpoint =
        new Checkpoint(run, Checkpoint.readManifest(run, new CheckpointId(round, 1)).orElseThrow());
    Promotion.Request request =
        new Promotion.Request(
            version, List.of("model.zip"), "me@here", "", gated, PromotionFixture.CARD);
    return Promotion.of(SavedModel.of(checkpoint), models, request, clock).champion();
  }

  private static GateRecord record(String decision, String parameters, int promotion) {
    return new GateRecord(
        decision,
        "because",
        new GateRecord.Model(EIGHT, "runs/a/checkpoints/000008-0001", parameters, 0.75),
        new GateRecord.Model(FOUR, "models/" + FOUR, "parameters of 4", 0.5),
        promotion,
        "data/validation",
        "cafe",
        1000,
        null,
        25.0,
        260,
        10,
        1e-9,
        0.5,
        0.05,
        null);
  }

  @Test
  void aDecisionIsReadBackAndTheSameOneAgainIsTheSameBytes() throws IOException {
    record("yes", "parameters of 8", 1).write(models);
    byte[] first = store.readBytes(NAME, 10_000);
    record("yes", "parameters of 8", 1).write(models);

    assertThat(store.readBytes(NAME, 10_000)).isEqualTo(first);
    assertThat(GateRecord.find(models, EIGHT, 1)).contains(record("yes", "parameters of 8", 1));
    assertThat(GateRecord.find(models, EIGHT, 2)).isEmpty();
  }

  @Test
  void aPromotionHasTheNumbersOfItsDecisionWhateverTheModelIsCalled() throws IOException {
    record("yes", "parameters of 8", 1).write(models);

    assertThat(promote(8, "spring").metrics())
        .containsEntry("top1", 0.5)
        .containsEntry("gate.yes", 1.0)
        .containsEntry("gate.top1", 0.75)
        .containsEntry("gate.championTop1", 0.5)
        .containsEntry("gate.difference", 25.0)
        .containsEntry("gate.onlyChallenger", 260.0)
        .containsEntry("gate.onlyChampion", 10.0)
        .containsEntry("gate.p", 1e-9);
    assertThat(models.promotions().get(1).metrics()).containsEntry("gate.yes", 1.0);
  }

  @Test
  void aPromotionAgainstADecisionSaysSo() throws IOException {
    record("no", "parameters of 8", 1).write(models);
    assertThat(promote(8, EIGHT).metrics()).containsEntry("gate.yes", 0.0);
  }

  @Test
  void aDecisionAboutAnotherChampionOrOtherParametersDoesNotCount() throws IOException {
    record("yes", "parameters of 8", 7).write(models);
    record("yes", "others", 1).write(models);
    assertThat(promote(8, EIGHT).metrics()).containsOnlyKeys("top1");
  }

  @Test
  void aGatedPromotionWantsAYesAgainstTheChampionOfThatMoment() throws IOException {
    assertUngated(FOUR + ", the champion by promotion 1");
    record("no", "parameters of 8", 1).write(models);
    assertUngated(FOUR + ", the champion by promotion 1");
    record("yes", "others", 1).write(models);
    assertUngated(FOUR + ", the champion by promotion 1");

    record("yes", "parameters of 8", 1).write(models);
    promote(4, "in-between");
    assertUngated("in-between, the champion by promotion 2");

    record("yes", "parameters of 8", 2).write(models);
    assertThat(promote(8, EIGHT, true).number()).isEqualTo(3);
    assertThat(promote(8, EIGHT, true).number()).isEqualTo(3);
  }

  private void assertUngated(String champion) {
    assertThatThrownBy(() -> promote(8, EIGHT, true))
        .isInstanceOfSatisfying(UngatedProblem.class, p -> assertThat(p.exitCode()).isEqualTo(6))
        .hasMessageContainingAll(
            "the gate has not said yes to it against " + champion, "run 'googlenet gate' again");
  }

  @Tag("slow")
  @Test
  void aDamagedDecisionIsOneLine() throws IOException {
    record("yes", "parameters of 8", 1).write(models);
    byte[] good = store.readBytes(NAME, 10_000);
    int refused =
        Mutations.refused(
            COPIES,
            good,
            Mutations::json,
            damaged -> {
              ObjectStore copy = new MemoryStore();
              copy.overwrite(NAME, Body.of(damaged));
              GateRecord.find(new Models(copy), EIGHT, 1).ifPresent(GateRecord::metrics);
            },
            CheckpointProblem.class);
    assertThat(refused).isBetween(COPIES / 4, COPIES);
    store.overwrite(NAME, Body.of(new byte[] {'{'}));
    assertThatThrownBy(() -> promote(8, EIGHT))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContainingAll(NAME, "is damaged; delete it, or run 'googlenet gate' again");
  }
}
