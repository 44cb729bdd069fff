package org.googlenet.app.option;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.googlenet.app.io.Files;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command-line options that name a recipe and override its values. */
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

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec command;

  /** Whether the command line gives the run id. */
  public boolean namesRun() {
    return run != null;
  }

  /** The effective recipe; keys that have been renamed or dropped are reported on stderr. */
  public Recipe load(Stores stores) {
    List<String> all = new ArrayList<>(overrides);
    if (run != null) {
      all.add("run=" + run);
    }
    return RecipeLoader.load(Files.text(stores, recipe), recipe, all, warnings(command));
  }

  /** Prints the warnings about a command's recipe to its stderr. */
  public static Consumer<String> warnings(CommandLine.Model.CommandSpec command) {
    PrintWriter err = command.commandLine().getErr();
    return warning -> {
      err.println("warning: " + warning);
      err.flush();
    };
  }
}
