package org.googlenet.report.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.googlenet.common.Problem;
import org.googlenet.report.rest.RestProblem;
import org.googlenet.storage.Location;
import org.googlenet.storage.ObjectStore;

/**
 * A registered model of MLflow: its versions are the models that were promoted, and the alias
 * {@value #ALIAS} is where the champion is.
 *
 * @param name of the registered model; made if it is not there
 */
public record ModelRegistry(MlflowServer server, String name) {

  /** The alias of the version that is the champion. */
  public static final String ALIAS = "champion";

  /** The name of a registered model unless another one is given. */
  public static final String DEFAULT_NAME = "googlenet";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Whether a text may be the name of a registered model; MLflow refuses slashes and colons. */
  public static boolean isName(String text) {
    return text.matches("[A-Za-z0-9._][A-Za-z0-9._ -]{0,199}");
  }

  /**
   * Moves the alias to a model, which becomes a version if it is none yet.
   *
   * @param model path or URI of the promoted model
   * @param run the run that trained it, where that is known
   * @param tags of a new version
   * @return the version's number
   * @throws RestProblem if the server is away or says no
   */
  public String promote(String model, Optional<ObjectStore> run, Map<String, String> tags) {
    Location location = Location.of(model);
    String source = Uris.source(location);
    require();
    String version = find(source).orElseGet(() -> create(location, source, run, tags));
    ObjectNode alias = model().put("alias", ALIAS).put("version", version);
    server.post("registered-models/alias", alias);
    return version;
  }

  private void require() {
    if (isThere()) {
      return;
    }
    try {
      server.post("registered-models/create", model());
    } catch (RestProblem problem) {
      // Another promotion may have made it meanwhile.
      if (!isThere()) {
        throw problem;
      }
    }
  }

  private boolean isThere() {
    return server.find("registered-models/get", Map.of("name", name)).isPresent();
  }

  private Optional<String> find(String source) {
    char quote = source.indexOf('\'') < 0 ? '\'' : '"';
    String filter = "name = '%s' and source_path = %s%s%2$s".formatted(name, quote, source);
    JsonNode first =
        server
            .get("model-versions/search", Map.of("filter", filter))
            .path("model_versions")
            .path(0)
            .path("version");
    return first.isMissingNode() ? Optional.empty() : Optional.of(first.asText());
  }

  private String create(
      Location location, String source, Optional<ObjectStore> run, Map<String, String> tags) {
    ObjectNode version = model().put("source", source);
    run.flatMap(this::tracked).ifPresent(tracked -> version.put("run_id", tracked.id()));
    version.put("description", "A model of googlenet-spark in `%s`.".formatted(location.text()));
    version.set("tags", Tags.of(tags));
    return server
        .post("model-versions/create", version)
        .path("model_version")
        .path("version")
        .asText();
  }

  private Optional<TrackedRun> tracked(ObjectStore run) {
    try {
      return RunNote.read(run).flatMap(note -> TrackedRun.find(server, note));
    } catch (RestProblem problem) {
      throw problem;
    } catch (IOException | Problem gone) {
      return Optional.empty();
    }
  }

  private ObjectNode model() {
    return JSON.objectNode().put("name", name);
  }
}
