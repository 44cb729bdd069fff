package org.googlenet.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.recipe.SmallRecipe.SMALLEST;
import static org.googlenet.recipe.SmallRecipe.load;
import static org.googlenet.recipe.SmallRecipe.problems;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeYamlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'run: a\nmodel: {side: 96'           | line 2, column ",
        "'run: a\n\tmodel: 1'                 | line 2, column 1: not YAML: ",
        "'run: a\nmodel: b: c'                | line 2, column 9: not YAML: mapping values are not allowed here",
        "'training:\n  batch: 1\n  batch: 2'  | line 3, column 3: batch: given twice; keep one",
        "'run: &a b\noutput: *a'              | line 2, column 9: *a: aliases are not supported; write the value out",
        "'run: a\n---\nrun: b'                | line 3, column 1: a second document; one file holds one recipe",
        "'run: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[' | line 1, column 37: nested deeper than 32; no key of a recipe is",
        "'run: \u0007'                        | not YAML: ",
      })
  void aTextThatIsNoYamlIsOneLineWithItsPlace(String yaml, String start) {
    assertThat(problems(yaml)).singleElement().asString().startsWith(start).doesNotContain("\n");
  }

  @Test
  void aRecipeIsAMapping() {
    assertThat(problems("- a\n- b"))
        .startsWith("[a, b]: must be a mapping of keys, such as 'run: sample'");
    assertThat(problems("sample")).hasSizeGreaterThan(1);
  }

  @Test
  void aRecipeThatIsWrittenAndLoadedIsTheSame() {
    RandomRecipes recipes = new RandomRecipes(7);
    for (int i = 0; i < 500; i++) {
      Recipe recipe = recipes.next();
      String yaml = RecipeLoader.toYaml(recipe);
      assertThat(load(yaml)).as(yaml).isEqualTo(recipe);
    }
  }

  @Test
  void theEffectiveRecipeWritesEveryKeyOut() {
    assertThat(RecipeLoader.toYaml(load(SMALLEST)))
        .isEqualTo(
            """
            run: x
            output: runs
            models: models
            data:
              train: a
              validation: b
              quarantine: 0.1%
              cache:
                size: none
              decodeThreads: auto
            model:
              variant: plain
              classes: 1000
              side: 224
              initialisation: he
              bias: 0.0
              dropout:
              - 0.4
              - 0.7
            loss:
              main: 1.0
              aux1: 0.3
              aux2: 0.3
            input:
              augmentation: none
              alpha: ignore
              maxMegapixels: 100
              resize: none
              interpolation: area
              channels: rgb
              mean:
              - 123.675
              - 116.28
              - 103.53
              deviation:
              - 58.395
              - 57.12
              - 57.375
            start:
              from: none
              strict: true
              replace: []
            training:
              batch: 32
              epochs: 3
              seed: 1
              engine: auto
              precision: fp32
              convolution: auto
            optimizer:
              momentum: 0.9
              weightDecay: 2.0E-4
              clipNorm: 5.0
            learningRate:
              schedule: polynomial
              base: 0.01
              power: 1.0
              warmUp: 0
              layers: {}
            freeze: []
            unfreeze: {}
            averaging:
              workers: 2
              localSteps:
                schedule: constant
                value: 16
              threads: auto
              outer:
                kind: average
              compression: none
              quorum: 1.0
              master: own
            divergence:
              action: stop
            checkpoint:
              every: 4
              keepLast: 3
              keepBest: 1
              keepEvery: 0
              lease: 60s
            evaluation:
              every: 4
            report:
              page: true
              tensorboard:
                events: false
              textfile: none
              mlflow:
                uri: none
              openlineage:
                url: none
            """);
  }

  @Test
  void aRecipeNestedAHundredThousandTimesIsRefusedAsAnyOther() {
    for (String open : List.of("[", "{a: ")) {
      String deep = "run: " + open.repeat(100_000);
      assertThatThrownBy(() -> RecipeLoader.load(deep, "deep.yaml", List.of()))
          .isInstanceOf(RecipeProblem.class)
          .hasMessageContaining("nested deeper than 32");
    }
  }
}
