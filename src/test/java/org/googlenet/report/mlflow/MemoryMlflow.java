package org.googlenet.report.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.googlenet.report.rest.JsonServer.Answer;
import org.googlenet.report.rest.JsonServer.Request;

/** As much of MLflow's server as its clients here need, in memory, with its limits and refusals. */
final class MemoryMlflow implements Function<Request, Answer> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST = 1000;
  private static final int MOST_PARAMETERS = 100;

  final List<String> experiments = new ArrayList<>();
  final Map<String, Run> runs = new LinkedHashMap<>();
  final Map<String, String> files = new TreeMap<>();
  final List<JsonNode> versions = new ArrayList<>();
  final Map<String, String> aliases = new TreeMap<>();
  final List<String> models = new ArrayList<>();
  String artifactRoot = "mlflow-artifacts:/1";

  /** A run. */
  static final class Run {
    String name;
    String status = "RUNNING";
    final Map<String, String> tags = new TreeMap<>();
    final Map<String, String> params = new TreeMap<>();
    final List<JsonNode> metrics = new ArrayList<>();
    final List<JsonNode> datasets = new ArrayList<>();

    /** The values of a metric, each as {@code step:value}. */
    List<String> values(String key) {
      return metrics.stream()
          .filter(metric -> metric.path("key").asText().equals(key))
          .map(metric -> metric.path("step").asText() + ":" + metric.path("value").asText())
          .toList();
    }
  }

  Run run() {
    return runs.values().iterator().next();
  }

  @Override
  public synchronized Answer apply(Request request) {
    String path = request.path().replaceFirst("\\?.*", "");
    if (request.method().equals("PUT")) {
      files.put(path.replaceFirst("^/api/2.0/mlflow-artifacts/artifacts/", ""), request.body());
      return Answer.OK;
    }
    String call = path.replaceFirst("^" + MlflowServer.API, "");
    return switch (call) {
      case "experiments/get-by-name" -> experiment(query(request, "experiment_name"));
      case "experiments/create" -> create(request.json().path("name").asText());
      case "runs/get" -> get(query(request, "run_id"));
      case "runs/search" -> search(request.json().path("filter").asText());
      case "runs/create" -> createRun(request.json());
      case "runs/update" -> update(request.json());
      case "runs/log-batch" -> log(request.json());
      case "runs/log-inputs" -> use(request.json());
      case "registered-models/get" -> models.contains(query(request, "name")) ? Answer.OK : none();
      case "registered-models/create" -> createModel(request.json().path("name").asText());
      case "registered-models/alias" -> alias(request.json());
      case "model-versions/search" -> versions(query(request, "filter"));
      case "model-versions/create" -> createVersion(request.json());
      default -> new Answer(404, "{\"message\": \"no call " + call + "\"}");
    };
  }

  private static String query(Request request, String key) {
    for (String part : request.path().replaceFirst("^[^?]*\\?", "").split("&", -1)) {
      if (part.startsWith(key + "=")) {
        return URLDecoder.decode(part.substring(key.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  private static Answer none() {
    return new Answer(404, "{\"error_code\": \"RESOURCE_DOES_NOT_EXIST\", \"message\": \"none\"}");
  }

  private static Answer refused(String message) {
    return new Answer(400, JSON.createObjectNode().put("message", message).toString());
  }

  private static Answer ok(JsonNode answer) {
    return new Answer(200, answer.toString());
  }

  private Answer experiment(String name) {
    int index = experiments.indexOf(name);
    if (index < 0) {
      return none();
    }
    ObjectNode answer = JSON.createObjectNode();
    answer.putObject("experiment").put("experiment_id", String.valueOf(index + 1));
    return ok(answer);
  }

  private Answer create(String name) {
    experiments.add(name);
    return ok(JSON.createObjectNode().put("experiment_id", String.valueOf(experiments.size())));
  }

  private Answer get(String id) {
    return runs.containsKey(id) ? ok(JSON.createObjectNode().set("run", json(id))) : none();
  }

  private Answer search(String filter) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode found = answer.putArray("runs");
    String id = filter.replaceFirst("^tags\\.`googlenet\\.id` = '(.*)'$", "$1");
    runs.forEach(
        (run, content) -> {
          if (id.equals(content.tags.get("googlenet.id"))) {
            found.add(json(run));
          }
        });
    return ok(answer);
  }

  private ObjectNode json(String id) {
    ObjectNode run = JSON.createObjectNode();
    run.putObject("info")
        .put("run_id", id)
        .put("lifecycle_stage", "active")
        .put("artifact_uri", artifactRoot + "/" + id + "/artifacts");
    ObjectNode data = run.putObject("data");
    data.set("tags", list(runs.get(id).tags));
    data.set("params", list(runs.get(id).params));
    return run;
  }

  private static ArrayNode list(Map<String, String> values) {
    ArrayNode list = JSON.createArrayNode();
    values.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
    return list;
  }

  private Answer createRun(JsonNode body) {
    String id = "r" + (runs.size() + 1);
    Run run = new Run();
    run.name = body.path("run_name").asText();
    body.path("tags")
        .forEach(tag -> run.tags.put(tag.path("key").asText(), tag.path("value").asText()));
    runs.put(id, run);
    return ok(JSON.createObjectNode().set("run", json(id)));
  }

  private Run run(JsonNode body) {
    return runs.get(body.path("run_id").asText());
  }

  private Answer update(JsonNode body) {
    run(body).status = body.path("status").asText();
    return Answer.OK;
  }

  private Answer use(JsonNode body) {
    body.path("datasets").forEach(run(body).datasets::add);
    return Answer.OK;
  }

  private Answer log(JsonNode body) {
    if (body.path("metrics").size() > MOST || body.path("params").size() > MOST_PARAMETERS) {
      return refused("too many in a batch");
    }
    Run run = run(body);
    for (JsonNode param : body.path("params")) {
      String before =
          run.params.putIfAbsent(param.path("key").asText(), param.path("value").asText());
      if (before != null && !before.equals(param.path("value").asText())) {
        return refused("Changing param values is not allowed");
      }
    }
    body.path("tags")
        .forEach(tag -> run.tags.put(tag.path("key").asText(), tag.path("value").asText()));
    body.path("metrics").forEach(run.metrics::add);
    return Answer.OK;
  }

  private Answer createModel(String name) {
    models.add(name);
    return Answer.OK;
  }

  private Answer alias(JsonNode body) {
    aliases.put(body.path("alias").asText(), body.path("version").asText());
    return Answer.OK;
  }

  private Answer versions(String filter) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode found = answer.putArray("model_versions");
    for (JsonNode version : versions) {
      if (filter.contains("source_path = '" + version.path("source").asText() + "'")) {
        found.add(version);
      }
    }
    return ok(answer);
  }

  private Answer createVersion(JsonNode body) {
    if (body.path("source").asText().startsWith("/")) {
      return refused("Invalid model version source");
    }
    ObjectNode version = body.deepCopy();
    version.put("version", String.valueOf(versions.size() + 1));
    versions.add(version);
    return ok(JSON.createObjectNode().set("model_version", version));
  }
}
