package org.googlenet.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.googlenet.recipe.SmallRecipe.SMALLEST;
import static org.googlenet.recipe.SmallRecipe.load;
import static org.googlenet.recipe.SmallRecipe.problems;

import org.googlenet.recipe.Recipe.Dropout;
import org.googlenet.recipe.Recipe.Length;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverridesTest {

  @Test
  void overridesAreYamlAndTheLastOneWins() {
    Recipe recipe =
        load(
            SMALLEST,
            "averaging.workers=3",
            "averaging.workers=4",
            "model.dropout=[0.1, 0.2]",
            "output=s3a://bucket/a=b",
            "learningRate={schedule: constant, base: 0.5}",
            "averaging.localSteps=8",
            "averaging.localSteps.value=9",
            "run=2024");

    assertThat(recipe.averaging().workers()).isEqualTo(4);
    assertThat(recipe.averaging().localSteps()).isEqualTo(new LocalSteps.Constant(9));
    assertThat(recipe.model().dropout()).isEqualTo(new Dropout(0.1, 0.2));
    assertThat(recipe.output()).isEqualTo("s3a://bucket/a=b");
    assertThat(recipe.learningRate()).isEqualTo(new LearningRate.Constant(0.5, 0));
    assertThat(recipe.run()).isEqualTo("2024");
  }

  @Test
  void anOverrideReachesIntoAShorthand() {
    String slowmo = SMALLEST + "averaging: {outer: average, localSteps: 4}\n";

    assertThat(problems(slowmo, "averaging.outer.momentum=0.5"))
        .containsExactly(
            "averaging.outer.momentum: 0.5: not used by averaging.outer average; leave it out");
    assertThat(load(slowmo, "averaging.localSteps.schedule=constant").averaging().localSteps())
        .isEqualTo(new LocalSteps.Constant(4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=1", "training.batch"})
  void anOverrideIsAKeyAndAValue(String override) {
    assertThat(problems(SMALLEST, override))
        .containsExactly("--set " + override + ": must be key=value, as in training.batch=64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"training..batch=1", ".batch=1", "training.batch.=1", "=", " =1"})
  void anOddOverrideIsAProblemAndNeverACrash(String override) {
    assertThat(problems(SMALLEST, override)).isNotEmpty();
  }

  @Test
  void anOverrideThatIsNoYamlIsOneLine() {
    assertThat(problems(SMALLEST, "model.dropout=[0.4"))
        .singleElement()
        .asString()
        .startsWith("--set model.dropout=[0.4: line 1, column ")
        .contains("not YAML: ")
        .doesNotContain("\n");
  }

  @Test
  void aLengthIsEitherEpochsOrRounds() {
    assertThat(problems("data: {train: a, validation: b}\ntraining: {epochs: 3, rounds: 4}"))
        .containsExactly("training.rounds: 4: training.epochs is given too; keep one of them");
    assertThat(load(SMALLEST, "training.rounds=4").training().length()).isEqualTo(Length.rounds(4));
    assertThat(load(SMALLEST, "training={rounds: 4}", "training.epochs=2").training().length())
        .isEqualTo(Length.epochs(2));
    assertThat(problems(SMALLEST, "training.rounds=4", "training.epochs=2")).hasSize(1);
  }
}
