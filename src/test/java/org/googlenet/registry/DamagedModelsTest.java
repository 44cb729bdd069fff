package org.googlenet.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Runs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is damaged, lost or of another model is named, and neither promoted nor the champion. */
class DamagedModelsTest extends PromotionFixture {

  @Test
  void aVersionKeepsItsContent() throws IOException {
    promote(source(4), store, "v1", "");

    assertThatThrownBy(() -> promote(source(8), store, "v1", ""))
        .isInstanceOfSatisfying(CheckpointProblem.class, p -> assertThat(p.exitCode()).isEqualTo(2))
        .hasMessage(
            "memory/v1: is another model, checkpoint 000004-0001 of memory; promote under another"
                + " --version");
    assertThat(models.promotions()).hasSize(1);
  }

  @Test
  void whatAPromotionOfAnotherModelLeftUnderTheNameIsNotMixedIn() throws IOException {
    store.create("v1/model.zip", Runs.body("of another model"));

    assertThatThrownBy(() -> promote(source(4), store, "v1", ""))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContainingAll("memory/v1/model.zip", "another model", "--version");
    assertThat(models.isEmpty()).isTrue();
  }

  @Test
  void aDamagedCheckpointIsNotPromoted() throws IOException {
    promote(source(4), store, "");
    SavedModel damaged = source(8);
    Runs.damage(run, damaged.checkpoint(), "model.zip");

    assertThatThrownBy(() -> promote(damaged, store, ""))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContaining("000008-0001: model.zip has SHA-256");
    assertThat(models.champion().version()).isEqualTo(OLD);
    assertThat(Runs.names(store, NEW)).isEmpty();
  }

  @Test
  void aDamagedModelIsNotRolledBackTo() throws IOException {
    promote(source(4), store, "");
    promote(source(8), store, "");
    store.overwrite(OLD + "/model.zip", Runs.body("rotten"));

    assertThatThrownBy(() -> promote(models.find(OLD).orElseThrow(), store, ""))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContaining(OLD + ": is damaged: model.zip has 6 bytes");
    assertThat(models.champion().version()).isEqualTo(NEW);
  }

  @Test
  void aRunThatIsPrunedAndDeletedTakesNoModelWithIt() throws IOException {
    promote(source(4), store, "");
    for (String name : Runs.names(run, "")) {
      run.delete(name);
    }
    assertThat(models.champion().blobs().defect()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../v1",
        "a/b",
        "/v1",
        ".v1",
        "champion",
        "Champion",
        "v1.zip",
        "a b"
      })
  void aVersionThatIsNoSafeNameIsRefused(String version) {
    assertThat(Models.isVersion(version)).isFalse();
    assertThatThrownBy(() -> promote(source(4), store, version, ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPromotionThatNamesAPathIsDamaged() throws IOException {
    promote(source(4), store, "");
    String evil = text("champion/0001.json").replace(OLD, "../../etc");
    store.overwrite("champion/0001.json", Runs.body(evil));

    assertThatThrownBy(models::champion)
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageStartingWith("memory/champion/0001.json: is damaged; restore it, or delete it");
  }

  @Test
  void theManifestOfAnotherModelIsNotBelieved() throws IOException {
    promote(source(4), store, "");
    store.create("v2/manifest.json", Runs.body(text(OLD + "/manifest.json")));

    assertThatThrownBy(() -> models.find("v2"))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContaining("memory/v2/manifest.json: is the manifest of " + OLD);
  }

  @Test
  void aChampionThatIsGoneIsNamed() throws IOException {
    promote(source(4), store, "");
    store.delete(OLD + "/manifest.json");

    assertThatThrownBy(models::champion)
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContainingAll("champion/0001.json: names " + OLD, "promote another model");
  }

  @Test
  void aPromotionWhoseOwnObjectIsGoneIsKnownByItsCopy() throws IOException {
    promote(source(4), store, "");
    promote(source(8), store, "");
    store.delete("champion/0001.claim.json");
    store.delete("champion/0001.json");
    assertThat(models.champion().version()).isEqualTo(NEW);
    assertThat(models.gaps()).singleElement().asString().contains("champion/0001.json: gone");
    store.delete("champion/0002.json");
    assertThat(models.champion().version()).isEqualTo(NEW);
    assertThat(promote(source(4), store, "").champion().number()).isEqualTo(3);
  }

  @Test
  void noNumberIsUsedAgainThatTheGateHasSeen() throws IOException {
    promote(source(4), store, "");
    promote(source(8), store, "");
    store.create("gates/x-against-0002.json", Runs.body("{}"));
    for (String name : Runs.names(store, "champion")) {
      store.delete(name);
    }
    assertThat(models.isEmpty()).isFalse();
    assertThatThrownBy(models::champion).hasMessageContaining("all promotions are gone");
    assertThat(models.gaps())
        .singleElement()
        .asString()
        .contains("champion/0001.json to champion/0002.json: gone");
    assertThat(promote(source(4), store, "").champion().number()).isEqualTo(3);
  }
}
