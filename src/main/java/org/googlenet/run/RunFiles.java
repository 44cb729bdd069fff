package org.googlenet.run;

import java.io.IOException;
import java.util.Locale;
import org.googlenet.storage.ObjectStore;

/**
 * Writes the files that a driver keeps in its run beside the checkpoints, each under its lease.
 *
 * @param lease on the run
 */
public record RunFiles(Lease lease) {

  /** The effective recipe, as YAML. */
  public static final String RECIPE = "recipe.yaml";

  /**
   * Writes a file, or replaces it.
   *
   * @param name below the run's folder, such as {@code report/index.html}; not in the folders of
   *     the terms and checkpoints
   * @throws RunHeldProblem if another driver has taken the run
   */
  public void write(String name, ObjectStore.Body body) throws IOException {
    if (name.startsWith(Term.FOLDER + "/") || name.startsWith(Manifest.FOLDER + "/")) {
      throw new IllegalArgumentException(name + ": only drivers' terms and checkpoints lie there");
    }
    lease.check();
    lease.run().overwrite(name, body);
  }

  /** Writes the effective recipe. */
  public void writeRecipe(ObjectStore.Body yaml) throws IOException {
    write(RECIPE, yaml);
  }

  /**
   * Writes the events of the rounds since the last checkpoint.
   *
   * @param round of the next checkpoint
   */
  public void writeEvents(int round, ObjectStore.Body jsonLines) throws IOException {
    int term = lease.term().number();
    write(String.format(Locale.ROOT, "metrics/%06d-%04d.jsonl", round, term), jsonLines);
  }
}
