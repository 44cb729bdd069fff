package org.googlenet.training;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.TrainingListener;
import org.googlenet.report.page.PageListener;
import org.googlenet.storage.Stores;

/** Makes the listeners that a recipe asks for; each of them gets the same events. */
final class RecipeListeners {

  private RecipeListeners() {}

  /**
   * The listeners of a training.
   *
   * @param setup of the training, for those that show its data
   */
  static List<TrainingListener> of(TrainingSetup setup, Stores stores) {
    Recipe.Report report = setup.recipe().report();
    List<TrainingListener> all = new ArrayList<>();
    if (report.page()) {
      all.add(page(setup, stores));
    }
    return all;
  }

  private static TrainingListener page(TrainingSetup setup, Stores stores) {
    return new PageListener(
        new RunPictures(setup::train, setup::validation),
        () -> ReportPages.champion(setup.recipe(), stores),
        Clock.systemUTC());
  }
}
