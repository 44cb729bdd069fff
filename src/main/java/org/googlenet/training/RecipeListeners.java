package org.googlenet.training;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.Background;
import org.googlenet.report.TrainingListener;
import org.googlenet.report.tensorboard.TensorBoard;

/** Makes the listeners that a recipe asks for; each of them gets the same events. */
final class RecipeListeners {

  /** How long the end of a training waits for what is written to its storage. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private RecipeListeners() {}

  /**
   * The listeners of a training.
   *
   * @param setup of the training, for those that show its data
   */
  static List<TrainingListener> of(TrainingSetup setup) {
    Recipe.Report report = setup.recipe().report();
    List<TrainingListener> all = new ArrayList<>();
    if (report.tensorboard()) {
      TensorBoard tensorBoard = new TensorBoard(() -> SomeImages.png(setup.train()));
      all.add(new Background("TensorBoard", tensorBoard, PATIENCE));
    }
    return all;
  }
}
