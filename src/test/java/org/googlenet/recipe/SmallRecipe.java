package org.googlenet.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;

/** The smallest recipe, and what becomes of it with other text and settings. */
final class SmallRecipe {

  static final String SMALLEST =
      """
      data: {train: a, validation: b}
      training: {epochs: 3}
      """;

  static Recipe load(String yaml, String... overrides) {
    return RecipeLoader.load(yaml, "conf/recipes/x.yaml", List.of(overrides));
  }

  static List<String> problems(String yaml, String... overrides) {
    return problem(yaml, overrides).problems();
  }

  private SmallRecipe() {}

  static RecipeProblem problem(String yaml, String... overrides) {
    RecipeProblem problem = catchThrowableOfType(RecipeProblem.class, () -> load(yaml, overrides));
    assertThat(problem).as("what is wrong with %s %s", yaml, List.of(overrides)).isNotNull();
    return problem;
  }
}
