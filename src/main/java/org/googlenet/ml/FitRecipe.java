package org.googlenet.ml;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.googlenet.common.Sha256;
import org.googlenet.data.Dataset;
import org.googlenet.prepare.RowsJob;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.recipe.RecipeProblem;

/**
 * Turns an estimator's params into the recipe of a run that is named after all that its result
 * depends on: the same fit finds its run again, and another one has another.
 *
 * @param folder path or URI of the folder for all that is written
 */
record FitRecipe(GoogLeNetClassifier params, String folder) {

  private static final String SOURCE = "GoogLeNetClassifier";

  /**
   * The recipe for some data.
   *
   * @throws RecipeProblem with everything that is wrong with the params
   */
  Recipe of(RowsJob.Made data) {
    Recipe unnamed = load(data.train(), data.validation(), "fit");
    return load(data.train(), data.validation(), "fit-" + hash(unnamed, data));
  }

  /**
   * Checks all params that a recipe has, before the data is there.
   *
   * @throws RecipeProblem with everything that is wrong with them
   */
  void check(int classes) {
    load(yaml("fit", "train", "validation", classes));
  }

  private Recipe load(Dataset train, Dataset validation, String run) {
    return load(yaml(run, train.location(), validation.location(), train.classes()));
  }

  private Recipe load(String yaml) {
    return RecipeLoader.load(yaml, SOURCE, List.of(params.getRecipe()));
  }

  /** The params as a recipe, over which the entries of the param {@code recipe} are laid. */
  String yaml(String run, String train, String validation, int classes) {
    String variant =
        params.isDefined(params.variant()) ? ", variant: " + quoted(params.getVariant()) : "";
    return String.format(
        Locale.ROOT,
        """
        run: %s
        output: %s
        data: {train: %s, validation: %s}
        model: {classes: %d, side: %d%s}
        training: {batch: %d, epochs: %d, seed: %d}
        learningRate: {base: %s}
        averaging: {workers: %d}
        """,
        run,
        quoted(folder + "/runs"),
        quoted(train),
        quoted(validation),
        classes,
        params.getSide(),
        variant,
        params.getBatchSize(),
        params.getMaxIter(),
        params.getSeed(),
        Double.toString(params.getStepSize()),
        params.getNumWorkers());
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private String hash(Recipe recipe, RowsJob.Made data) {
    String all =
        String.join(
            "\n",
            RecipeLoader.identity(recipe).toString(),
            recipe.training().length().toString(),
            data.train().fingerprint(),
            data.validation().fingerprint(),
            params.isDefined(params.startFrom()) ? params.getStartFrom() : "");
    return Sha256.of(all.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }
}
