package org.googlenet.training;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.googlenet.data.Dataset;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.run.StateFile;

/**
 * What a training must have in common with the run that it goes on with.
 *
 * @param location of the run, for messages
 * @param train the data to train on
 * @param options what the caller wants beside the recipe
 */
record RunIdentity(String location, Recipe recipe, Dataset train, TrainingJob.Options options) {

  /**
   * Compares with what a checkpoint's {@code state.json} says.
   *
   * @param warnings takes a line for each key of the run that has another name since, or none
   * @throws ResumeProblem if the training cannot go on from it
   */
  void require(StateFile saved, Consumer<String> warnings) {
    SortedMap<String, String> then =
        RecipeLoader.completed(saved.identity(), line -> warnings.accept(location + ": " + line));
    SortedMap<String, String> asked = RecipeLoader.identity(recipe);
    List<String> differences = RecipeLoader.differences(then, asked);
    then.keySet().removeAll(RecipeLoader.lengthKeys());
    asked.keySet().removeAll(RecipeLoader.lengthKeys());
    if (!then.equals(asked)) {
      throw new ResumeProblem(location, differences);
    }
    if (!differences.isEmpty() && !options.extend()) {
      throw ResumeProblem.length(location, differences);
    }
    if (!train.fingerprint().equals(saved.data().fingerprint())) {
      throw new ResumeProblem(
          location, List.of("the data set " + train.location() + " is not the one so far"));
    }
    requireSameInitial(Optional.ofNullable(saved.initial()).map(StateFile.Initial::from));
  }

  /** The model itself is not read again: it may be gone. Naming none is naming the same. */
  private void requireSameInitial(Optional<String> then) {
    Optional<String> asked = options.initFrom();
    if (asked.isPresent() && !asked.equals(then)) {
      throw new ResumeProblem(
          location,
          List.of(
              "--init-from: the run began with %s, asked for is %s"
                  .formatted(then.orElse("no model"), asked.get())));
    }
  }
}
