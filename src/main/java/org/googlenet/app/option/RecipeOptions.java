package org.googlenet.app.option;

import java.util.ArrayList;
import java.util.List;
import org.googlenet.app.io.Files;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.storage.Stores;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The recipe of a command line and what is set over it. */
public final class RecipeOptions {

  @Parameters(paramLabel = "RECIPE", description = "Path or URI of the recipe.")
  private String recipe;

  @Option(names = "--run", paramLabel = "ID", description = "The run id, in place of the recipe's.")
  private String run;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A key of the recipe, as in training.epochs=5. Repeatable.")
  private List<String> overrides = new ArrayList<>();

  /** Whether the command line names the run. */
  public boolean namesRun() {
    return run != null;
  }

  /** The effective recipe. */
  public Recipe load(Stores stores) {
    List<String> all = new ArrayList<>(overrides);
    if (run != null) {
      all.add("run=" + run);
    }
    return RecipeLoader.load(Files.text(stores, recipe), recipe, all);
  }
}
