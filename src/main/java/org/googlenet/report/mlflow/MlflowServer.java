package org.googlenet.report.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.googlenet.report.rest.RestClient;
import org.googlenet.report.rest.RestProblem;

/**
 * A tracking server of MLflow, as its own clients find it: by a URL, with credentials from the
 * environment.
 *
 * @param rest whose requests begin with the server's URL
 */
public record MlflowServer(RestClient rest) {

  static final String API = "/api/2.0/mlflow/";

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int NOT_FOUND = 404;

  /**
   * A server; nothing is sent yet.
   *
   * @param key where a user has given the URL, for messages
   * @param environment may have {@code MLFLOW_TRACKING_TOKEN}, or {@code MLFLOW_TRACKING_USERNAME}
   *     and {@code MLFLOW_TRACKING_PASSWORD}
   * @throws RestProblem if it is no URL of HTTP
   */
  public static MlflowServer at(String key, String url, Map<String, String> environment) {
    return at(key, url, environment, TIMEOUT);
  }

  static MlflowServer at(
      String key, String url, Map<String, String> environment, Duration timeout) {
    RestClient.Access access =
        new RestClient.Access(
            authorization(environment),
            "MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD");
    return new MlflowServer(new RestClient(RestClient.base(key, url), access, timeout));
  }

  /** With both, MLflow's own client takes the name and password. */
  private static Optional<String> authorization(Map<String, String> environment) {
    String user = environment.get("MLFLOW_TRACKING_USERNAME");
    String password = environment.get("MLFLOW_TRACKING_PASSWORD");
    if (user != null && password != null) {
      byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
    }
    return Optional.ofNullable(environment.get("MLFLOW_TRACKING_TOKEN"))
        .map(token -> "Bearer " + token);
  }

  JsonNode get(String call, Map<String, String> query) {
    return rest.get(API + call, query);
  }

  /** The same, empty if it does not exist. */
  Optional<JsonNode> find(String call, Map<String, String> query) {
    try {
      return Optional.of(get(call, query));
    } catch (RestProblem problem) {
      if (problem.status() == NOT_FOUND) {
        return Optional.empty();
      }
      throw problem;
    }
  }

  JsonNode post(String call, JsonNode body) {
    return rest.post(API + call, body);
  }

  /** The URL, for people. */
  @Override
  public String toString() {
    return rest.base();
  }
}
