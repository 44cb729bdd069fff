package org.googlenet.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.Recipe.Averaging;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.recipe.Recipe.OuterKind;
import org.googlenet.recipe.RecipeLoader;

/**
 * One training of the convergence study.
 *
 * @param name says all that a run differs in from others; path-safe
 * @param examples to train on
 */
record StudyRun(String name, long examples, Recipe recipe) {

  /** The recipe with another folder of runs. */
  Recipe recipeIn(Path output) {
    return RecipeLoader.load(RecipeLoader.toYaml(recipe), name, List.of("output=" + output));
  }

  /**
   * Lays settings over the study's recipe.
   *
   * @param yaml the recipe's text
   * @param source its file
   * @param settings recipe keys and their values
   * @throws BenchmarkProblem if the examples are no whole number of rounds
   */
  static StudyRun of(String yaml, String source, Map<String, Object> settings, long examples) {
    List<String> overrides = new ArrayList<>();
    settings.forEach((key, value) -> overrides.add(key + "=" + value));
    Recipe shape = RecipeLoader.load(yaml, source, overrides);
    String name = name(shape, examples);
    overrides.add("training.rounds=" + rounds(shape, examples, name));
    overrides.add("run=" + name);
    return new StudyRun(name, examples, RecipeLoader.load(yaml, source, overrides));
  }

  private static int rounds(Recipe recipe, long examples, String name) {
    long batch = (long) recipe.averaging().workers() * recipe.training().batch();
    int rounds = 0;
    long step = 0;
    while (step * batch < examples) {
      step += recipe.averaging().localSteps().at(step);
      rounds++;
    }
    if (examples == 0 || step * batch != examples) {
      throw new BenchmarkProblem(
          String.format(
              Locale.ROOT,
              "%s: %d examples are no whole number of rounds; the next that are is %d: change examples in the grid",
              name,
              examples,
              step * batch));
    }
    return rounds;
  }

  private static String name(Recipe recipe, long examples) {
    return String.format(
        Locale.ROOT,
        "%s%s-w%d-l%d%s-b%d-r%s%s-n%d-s%d",
        method(recipe.averaging()),
        compression(recipe.averaging().compression()),
        recipe.averaging().workers(),
        recipe.averaging().localSteps().last(),
        warmUp(recipe.averaging().localSteps().settled()),
        recipe.training().batch(),
        recipe.learningRate().base(),
        warmUp(recipe.learningRate().warmUp()),
        examples,
        recipe.training().seed());
  }

  private static String compression(Compression compression) {
    return compression == Compression.NONE ? "" : "-" + compression.name().toLowerCase(Locale.ROOT);
  }

  private static String warmUp(long steps) {
    return steps == 0 ? "" : "u" + steps;
  }

  /** {@code average}, {@code slowmo-0.7-1.0} (momentum and rate), ... or {@code dl4j}. */
  private static String method(Averaging averaging) {
    String outer = averaging.outer().kind().name().toLowerCase(Locale.ROOT);
    if (averaging.master() == Recipe.Master.DL4J) {
      return "dl4j";
    }
    return averaging.outer().kind() == OuterKind.AVERAGE
        ? outer
        : outer + "-" + averaging.outer().momentum() + "-" + averaging.outer().rate();
  }

  /** Steps that one worker makes one after the other. */
  long sequentialSteps() {
    return examples / recipe.averaging().workers() / recipe.training().batch();
  }
}
