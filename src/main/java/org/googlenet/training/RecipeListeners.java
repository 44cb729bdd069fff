package org.googlenet.training;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.Background;
import org.googlenet.report.TrainingListener;
import org.googlenet.report.metrics.SparkSource;
import org.googlenet.report.metrics.TextFile;

/** Makes the listeners that a recipe asks for; each of them gets the same events. */
final class RecipeListeners {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private RecipeListeners() {}

  /**
   * The listeners of a training.
   *
   * @param setup of the training, for those that show its data
   */
  static List<TrainingListener> of(TrainingSetup setup) {
    Recipe.Report report = setup.recipe().report();
    List<TrainingListener> all = new ArrayList<>();
    all.add(new SparkSource());
    if (!report.textfile().equals(Recipe.Report.NONE)) {
      all.add(textfile(report.textfile(), setup.recipe().run()));
    }
    return all;
  }

  /** In a thread of its own: a folder may lie on a file system that hangs. */
  private static TrainingListener textfile(String file, String run) {
    return new Background("report.textfile", new TextFile(file, run), PATIENCE);
  }
}
