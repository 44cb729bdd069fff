package org.googlenet.report.mlflow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.googlenet.report.TrainingEvent.Described;
import org.googlenet.report.TrainingEvent.RunStarted;
import org.googlenet.storage.Location;

/** The tags and parameters of a run. */
final class RunTags {

  /** How the work of the last driver ended. */
  static final String OUTCOME = "googlenet.outcome";

  private static final String PREFIX = "googlenet.";

  private RunTags() {}

  /** Those of a new run, which a user may change. */
  static Map<String, String> first(RunStarted started, String user) {
    return Map.of(
        "mlflow.user",
        user,
        "mlflow.source.name",
        "googlenet train",
        "mlflow.source.type",
        "JOB",
        "mlflow.note.content",
        "The run's checkpoints and files lie in `%s`.".formatted(location(started)));
  }

  /**
   * Those of each driver.
   *
   * @param changed parameters that the run had with other values
   */
  static Map<String, String> of(RunStarted started, Described described, List<String> changed) {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put(PREFIX + "run", location(started));
    tags.put(OUTCOME, "running");
    tags.put(
        PREFIX + "engine",
        String.format(
            Locale.ROOT,
            "%s %s (%s)",
            started.engine(),
            started.precision(),
            started.instructions()));
    described.versions().forEach((name, version) -> tags.put(version(name), version));
    described
        .data()
        .forEach(data -> tags.put(PREFIX + "data." + data.role() + ".sha256", data.fingerprint()));
    if (!changed.isEmpty()) {
      tags.put(PREFIX + "changed", String.join("; ", changed));
    }
    return tags;
  }

  private static String version(String name) {
    return name.equals("git") ? "mlflow.source.git.commit" : PREFIX + "version." + name;
  }

  /** The keys of the recipe, without those that say where the run is reported. */
  static Map<String, String> parameters(Described described) {
    Map<String, String> parameters = new LinkedHashMap<>(described.recipe());
    parameters.keySet().removeIf(key -> key.startsWith("report."));
    return parameters;
  }

  private static String location(RunStarted started) {
    return Location.of(started.location()).text();
  }
}
