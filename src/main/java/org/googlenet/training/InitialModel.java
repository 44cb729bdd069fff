package org.googlenet.training;

import java.util.Locale;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.model.ModelProblem;
import org.googlenet.model.ModelZip;
import org.googlenet.recipe.Recipe;
import org.googlenet.run.StateFile;

/**
 * The model whose parameters a run begins with: checks that it fits, and says what the run records
 * about it.
 */
final class InitialModel {

  private InitialModel() {}

  /**
   * What a run records about the model.
   *
   * @param location as it was named
   */
  static StateFile.Initial of(String location, TrainedModel model) {
    return new StateFile.Initial(location, ModelZip.sha256(model.parameters()));
  }

  /**
   * Refuses a model of another network.
   *
   * @param parameters how many the recipe's network has
   * @throws ModelProblem if a run of the recipe cannot begin with the model
   */
  static void requireFits(TrainedModel model, Recipe recipe, int parameters) {
    boolean fits =
        model.classes() == recipe.model().classes()
            && model.side() == recipe.model().side()
            && model.parameters().length == parameters;
    if (!fits) {
      throw new ModelProblem(
          String.format(
              Locale.ROOT,
              "%s: is of %d classes, side %d and %,d parameters, the recipe's network of %d classes, side %d and %,d; begin with another model, or set model.classes and model.side",
              model.location(),
              model.classes(),
              model.side(),
              model.parameters().length,
              recipe.model().classes(),
              recipe.model().side(),
              parameters));
    }
  }
}
