package org.googlenet.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.googlenet.recipe.SmallRecipe.SMALLEST;
import static org.googlenet.recipe.SmallRecipe.load;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run=y",
        "output=o",
        "models=m",
        "data.train=z",
        "data.validation=z",
        "averaging.threads=3",
        "checkpoint.every=9",
        "checkpoint.lease=5m",
        "evaluation.every=0",
      })
  void freeKeysMayChangeOnTheWay(String override) {
    assertThat(differences(load(SMALLEST), load(SMALLEST, override))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.batch=64      | training.batch: the run has 32, the recipe has 64",
        "training.epochs=4      | training.epochs: the run has 3, the recipe has 4",
        "training.seed=2        | training.seed: the run has 1, the recipe has 2",
        "training.engine=dl4j   | training.engine: the run has auto, the recipe has dl4j",
        "averaging.localSteps=8 | averaging.localSteps.value: the run has 16, the recipe has 8",
        "model.dropout=[0, 0.7] | model.dropout: the run has [0.4, 0.7], the recipe has [0.0, 0.7]",
      })
  void keysThatDecideTheBitsMayNot(String override, String line) {
    assertThat(differences(load(SMALLEST), load(SMALLEST, override))).containsExactly(line);
  }

  @Test
  void whereCheckpointsAreDecidesTheBitsIfARewindMayGoBackToOne() {
    assertThat(RecipeLoader.identity(load(SMALLEST))).doesNotContainKey("checkpoint.every");
    assertThat(RecipeLoader.identity(load(SMALLEST, "divergence=rewind")))
        .containsEntry("checkpoint.every", "4");
  }

  @Test
  void aDifferenceNamesWhatOnlyOneSideHas() {
    assertThat(differences(load(SMALLEST), load(SMALLEST, "training.rounds=4")))
        .containsExactly(
            "training.epochs: the run has 3, the recipe has none",
            "training.rounds: the run has none, the recipe has 4");
  }

  @Test
  void theLengthIsFreeWhereTheScheduleDoesNotUseIt() {
    String constant = SMALLEST + "learningRate: {schedule: constant}\n";
    String step = SMALLEST + "learningRate: {schedule: step, every: 10}\n";

    assertThat(differences(load(constant), load(constant, "training.epochs=9"))).isEmpty();
    assertThat(differences(load(step), load(step, "training.rounds=9"))).isEmpty();
  }

  private static List<String> differences(Recipe run, Recipe recipe) {
    return RecipeLoader.differences(RecipeLoader.identity(run), RecipeLoader.identity(recipe));
  }
}
