package org.googlenet.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
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

  static final String EVENTS = "metrics";

  private static final List<String> OWN =
      List.of(RECIPE, EVENTS, Quarantine.NAME, Outcome.NAME, Term.FOLDER, Manifest.FOLDER);

  /**
   * Writes a file, or replaces it.
   *
   * @param name below the run's folder, such as {@code report/index.html}; none of a run's own
   * @throws IllegalArgumentException if a run has a file or folder of that name
   * @throws IllegalStateException if the run has been given back
   * @throws RunHeldProblem if another driver has taken the run
   */
  public void write(String name, ObjectStore.Body body) throws IOException {
    if (OWN.contains(name.replaceFirst("/.*", ""))) {
      throw new IllegalArgumentException(name + ": is a run's own; choose another name");
    }
    put(name, body);
  }

  private void put(String name, ObjectStore.Body body) throws IOException {
    if (lease.isClosed()) {
      throw new IllegalStateException(
          lease.run().location() + "/" + name + ": the run has been given back");
    }
    lease.check();
    lease.run().overwrite(name, body);
  }

  /** Writes the effective recipe. */
  public void writeRecipe(ObjectStore.Body yaml) throws IOException {
    put(RECIPE, yaml);
  }

  /**
   * Writes the records that the run has passed over, as of its last checkpoint. If there are none,
   * the file is emptied where there is one, and not made where there is none.
   */
  public void writeQuarantine(Quarantine quarantine) throws IOException {
    if (quarantine.size() > 0 || exists(Quarantine.NAME)) {
      put(Quarantine.NAME, ObjectStore.Body.of(quarantine.toJsonLines()));
    }
  }

  private boolean exists(String name) throws IOException {
    try {
      lease.run().readStart(name, 1);
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /**
   * Writes the events of the rounds since the last checkpoint.
   *
   * @param round of the next checkpoint
   */
  public void writeEvents(int round, ObjectStore.Body jsonLines) throws IOException {
    int term = lease.term().number();
    put(String.format(Locale.ROOT, EVENTS + "/%06d-%04d.jsonl", round, term), jsonLines);
  }
}
