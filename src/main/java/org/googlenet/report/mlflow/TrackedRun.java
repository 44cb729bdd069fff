package org.googlenet.report.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.googlenet.report.rest.RestProblem;

/**
 * A run as MLflow keeps it.
 *
 * @param id MLflow's own
 * @param artifacts the URI of its artefacts
 * @param parameters those that it has
 */
record TrackedRun(
    MlflowServer server, String id, String artifacts, Map<String, String> parameters) {

  /** The most parameters, and the most tags, of a call. */
  private static final int MOST_PARAMETERS = 100;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /**
   * The run of a note: the one that it names, or one with its tag, or a new one.
   *
   * @param experiment made if it is not there
   * @param name of a new run
   * @param started in milliseconds since 1970
   * @param tags of a new run
   */
  static TrackedRun of(
      MlflowServer server,
      RunNote note,
      String experiment,
      String name,
      long started,
      Map<String, String> tags) {
    Optional<TrackedRun> known = find(server, note);
    if (known.isPresent()) {
      return known.get();
    }
    String experimentId = experiment(server, experiment);
    Optional<TrackedRun> found = search(server, note, experimentId);
    return found.isPresent()
        ? found.get()
        : create(server, note, experimentId, name, started, tags);
  }

  /** The run that a note names, if the server has it. */
  static Optional<TrackedRun> find(MlflowServer server, RunNote note) {
    return note.runId().isEmpty()
        ? Optional.empty()
        : server
            .find("runs/get", Map.of("run_id", note.runId()))
            .map(answer -> answer.path("run"))
            .filter(run -> isOf(run, note))
            .map(run -> of(server, run));
  }

  private static boolean isOf(JsonNode run, RunNote note) {
    return run.path("info").path("lifecycle_stage").asText().equals("active")
        && values(run.path("data").path("tags")).getOrDefault(RunNote.TAG, "").equals(note.id());
  }

  private static Optional<TrackedRun> search(
      MlflowServer server, RunNote note, String experimentId) {
    ObjectNode query = JSON.objectNode().put("max_results", 1);
    query.putArray("experiment_ids").add(experimentId);
    query.put("filter", "tags.`%s` = '%s'".formatted(RunNote.TAG, note.id()));
    JsonNode first = server.post("runs/search", query).path("runs").path(0);
    return first.isMissingNode() ? Optional.empty() : Optional.of(of(server, first));
  }

  private static TrackedRun create(
      MlflowServer server,
      RunNote note,
      String experimentId,
      String name,
      long started,
      Map<String, String> tags) {
    Map<String, String> all = new LinkedHashMap<>(tags);
    all.put(RunNote.TAG, note.id());
    ObjectNode run = JSON.objectNode().put("experiment_id", experimentId);
    run.put("run_name", name).put("start_time", started);
    run.set("tags", Tags.of(all));
    return of(server, server.post("runs/create", run).path("run"));
  }

  private static TrackedRun of(MlflowServer server, JsonNode run) {
    JsonNode info = run.path("info");
    return new TrackedRun(
        server,
        info.path("run_id").asText(),
        info.path("artifact_uri").asText(),
        values(run.path("data").path("params")));
  }

  private static Map<String, String> values(JsonNode list) {
    Map<String, String> values = new LinkedHashMap<>();
    list.forEach(entry -> values.put(entry.path("key").asText(), entry.path("value").asText()));
    return values;
  }

  private static String experiment(MlflowServer server, String name) {
    Optional<String> there = experimentId(server, name);
    if (there.isPresent()) {
      return there.get();
    }
    try {
      ObjectNode experiment = JSON.objectNode().put("name", name);
      return server.post("experiments/create", experiment).path("experiment_id").asText();
    } catch (RestProblem problem) {
      // Another driver may have made it meanwhile.
      return experimentId(server, name).orElseThrow(() -> problem);
    }
  }

  private static Optional<String> experimentId(MlflowServer server, String name) {
    return server
        .find("experiments/get-by-name", Map.of("experiment_name", name))
        .map(answer -> answer.path("experiment").path("experiment_id").asText());
  }

  /** Sets tags. */
  void tag(Map<String, String> tags) {
    ObjectNode batch = batch();
    batch.set("tags", Tags.of(tags));
    server.post("runs/log-batch", batch);
  }

  /**
   * Adds parameters. One that is there stays as it is, since MLflow does not let it change.
   *
   * @return those that have another value now, each as {@code key: old -> new}
   */
  List<String> add(Map<String, String> wanted) {
    List<String> changed = new ArrayList<>();
    Map<String, String> missing = new LinkedHashMap<>();
    wanted.forEach(
        (key, value) -> {
          String now = Tags.cut(value, Tags.LONGEST);
          String before = parameters.get(Tags.key(key));
          if (before == null) {
            missing.put(key, now);
          } else if (!before.equals(now)) {
            changed.add("%s: %s -> %s".formatted(key, before, now));
          }
          if (missing.size() == MOST_PARAMETERS) {
            post(missing);
          }
        });
    post(missing);
    return changed;
  }

  private void post(Map<String, String> missing) {
    if (!missing.isEmpty()) {
      ObjectNode batch = batch();
      batch.set("params", Tags.of(missing));
      server.post("runs/log-batch", batch);
      missing.clear();
    }
  }

  /** Adds metrics, as {@link MetricBatch} makes them. */
  void log(ArrayNode metrics) {
    ObjectNode batch = batch();
    batch.set("metrics", metrics);
    server.post("runs/log-batch", batch);
  }

  /** Adds data sets; one that is there already stays once. */
  void use(ArrayNode datasets) {
    ObjectNode inputs = batch();
    inputs.set("datasets", datasets);
    server.post("runs/log-inputs", inputs);
  }

  /** Says that a driver works on the run. */
  void begin() {
    server.post("runs/update", batch().put("status", "RUNNING"));
  }

  /**
   * Says how the work ended.
   *
   * @param status {@code FINISHED}, {@code FAILED} or {@code KILLED}
   * @param time in milliseconds since 1970
   */
  void end(String status, long time) {
    server.post("runs/update", batch().put("status", status).put("end_time", time));
  }

  private ObjectNode batch() {
    return JSON.objectNode().put("run_id", id);
  }
}
