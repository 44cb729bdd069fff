package org.googlenet.training;

import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * @param options what the caller asks for beside the recipe
 */
record RunIdentity(String location, Recipe recipe, Dataset train, TrainingJob.Options options) {

  /**
   * Compares it with what a checkpoint's {@code state.json} says.
   *
   * @param warnings receives a line for each key of the run that has since been renamed or dropped
   * @throws ResumeProblem if the training cannot go on from the checkpoint
   */
  void require(StateFile saved, Consumer<String> warnings) {
    SortedMap<String, String> then =
        RecipeLoader.completed(saved.identity(), line -> warnings.accept(location + ": " + line));
    SortedMap<String, String> asked = RecipeLoader.identity(recipe);
    boolean saysTheSameStart = RecipeLoader.namesSameStart(then, asked);
    Set<String> told = RecipeLoader.startKeysNotCompared(then, asked);
    then.keySet().removeAll(told);
    asked.keySet().removeAll(told);
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
    requireSameInitial(
        start(saysTheSameStart), Optional.ofNullable(saved.initial()).map(StateFile.Initial::from));
  }

  /**
   * What the run should have begun with; empty if that is not said, or a champion. An option may
   * have led the run away from its recipe's start; of the same recipe, that is not asked again.
   */
  private Optional<String> start(boolean saysTheSame) {
    boolean asksNothing = options.fromChampion() || (saysTheSame && options.initFrom().isEmpty());
    return asksNothing ? Optional.empty() : options.startFrom(recipe);
  }

  /**
   * Compares only the names: the model itself may be gone, so it is not read again. If none is
   * named, the same model is meant.
   */
  private void requireSameInitial(Optional<String> asked, Optional<String> then) {
    if (asked.isPresent() && !asked.equals(then)) {
      throw new ResumeProblem(
          location,
          List.of(
              "%s: the run began with %s, asked for is %s"
                  .formatted(
                      options.initFrom().isPresent() ? "--init-from" : "start.from",
                      then.orElse("no model"),
                      asked.get())));
    }
  }
}
