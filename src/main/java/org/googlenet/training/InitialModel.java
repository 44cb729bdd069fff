package org.googlenet.training;

import java.util.Locale;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.model.ModelProblem;
import org.googlenet.model.ModelZip;
import org.googlenet.recipe.Recipe;

/**
 * The model whose parameters a run began with.
 *
 * @param location as it was named then
 * @param parametersSha256 of its parameters; whatever the location holds later
 */
record InitialModel(String location, String parametersSha256) {

  static InitialModel of(String location, TrainedModel model) {
    return new InitialModel(location, ModelZip.sha256(model.parameters()));
  }

  /**
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
