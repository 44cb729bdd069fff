package org.googlenet.app;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.run.RunFiles;
import org.googlenet.storage.ObjectStore;

/** Reads the effective recipe that a run stores beside its checkpoints. */
final class RunRecipe {

  private static final int LARGEST = 1 << 20;

  private RunRecipe() {}

  /**
   * The recipe; empty if there is none.
   *
   * @throws org.googlenet.recipe.RecipeProblem if it is not a recipe that this version knows
   */
  static Optional<Recipe> read(ObjectStore run) throws IOException {
    byte[] yaml;
    try {
      yaml = run.readBytes(RunFiles.RECIPE, LARGEST);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    return Optional.of(
        RecipeLoader.load(
            new String(yaml, StandardCharsets.UTF_8),
            run.location() + "/" + RunFiles.RECIPE,
            List.of()));
  }
}
