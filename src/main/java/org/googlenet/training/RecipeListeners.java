package org.googlenet.training;

import java.util.ArrayList;
import java.util.List;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.TrainingListener;

/** Makes the listeners that a recipe asks for; each of them gets the same events. */
final class RecipeListeners {

  private RecipeListeners() {}

  /**
   * The listeners of a training.
   *
   * @param setup of the training, for those that show its data
   */
  static List<TrainingListener> of(TrainingSetup setup) {
    Recipe.Report report = setup.recipe().report();
    List<TrainingListener> all = new ArrayList<>();
    return all;
  }
}
