package org.googlenet.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.recipe.RecipeProblem;
import org.junit.jupiter.api.Test;

/** An estimator's params are the keys of a recipe that mean the same. */
class FitRecipeTest {

  private static Recipe recipe(GoogLeNetClassifier params) {
    String yaml =
        new FitRecipe(params, "hdfs://a/it's here").yaml("fit-1", "sets/train", "sets/v", 7);
    return RecipeLoader.load(yaml, "test", java.util.List.of(params.getRecipe()));
  }

  @Test
  void eachParamIsTheKeyOfItsMeaning() {
    Recipe recipe =
        recipe(
            new GoogLeNetClassifier()
                .setSide(96)
                .setMaxIter(4)
                .setStepSize(0.025)
                .setSeed(-5)
                .setBatchSize(8)
                .setNumWorkers(3));
    assertThat(recipe.run()).isEqualTo("fit-1");
    assertThat(recipe.output()).isEqualTo("hdfs://a/it's here/runs");
    assertThat(recipe.data().train()).isEqualTo("sets/train");
    assertThat(recipe.data().validation()).isEqualTo("sets/v");
    assertThat(recipe.model().classes()).isEqualTo(7);
    assertThat(recipe.model().side()).isEqualTo(96);
    assertThat(recipe.training().length()).isEqualTo(Recipe.Length.epochs(4));
    assertThat(recipe.learningRate().base()).isEqualTo(0.025);
    assertThat(recipe.training().seed()).isEqualTo(-5);
    assertThat(recipe.training().batch()).isEqualTo(8);
    assertThat(recipe.averaging().workers()).isEqualTo(3);
  }

  @Test
  void paramsThatAreNotSetAreTheRecipesDefaults() {
    String least =
        "run: fit-1\noutput: 'hdfs://a/it''s here/runs'\ndata: {train: sets/train, validation: sets/v}\nmodel: {classes: 7}\ntraining: {epochs: 10}";
    assertThat(recipe(new GoogLeNetClassifier()))
        .isEqualTo(RecipeLoader.load(least, "test", java.util.List.of()));
  }

  @Test
  void entriesOfTheRecipeGoOverParams() {
    Recipe recipe =
        recipe(
            new GoogLeNetClassifier()
                .setMaxIter(4)
                .setRecipe("training.rounds", "6")
                .setRecipe("averaging.workers", "5")
                .setRecipe("model.dropout", "[0.1, 0.2]"));
    assertThat(recipe.training().length()).isEqualTo(Recipe.Length.rounds(6));
    assertThat(recipe.averaging().workers()).isEqualTo(5);
    assertThat(recipe.model().dropout()).isEqualTo(new Recipe.Dropout(0.1, 0.2));
  }

  @Test
  void theVariantIsPassedOn() {
    String yaml =
        new FitRecipe(new GoogLeNetClassifier().setVariant("lrn"), "a").yaml("r", "t", "v", 2);
    assertThat(yaml).contains("model: {classes: 2, side: 224, variant: 'lrn'}");
  }

  @Test
  void allThatIsWrongWithAnEntryIsSaidBeforeDataIsRead() {
    FitRecipe wrong =
        new FitRecipe(
            new GoogLeNetClassifier().setRecipe("model.sidee", "3").setRecipe("loss.main", "x"),
            "a");
    assertThatThrownBy(() -> wrong.check(2))
        .isInstanceOf(RecipeProblem.class)
        .hasMessageContaining("GoogLeNetClassifier: 2 problems")
        .hasMessageContaining("model.sidee")
        .hasMessageContaining("loss.main");
  }
}
