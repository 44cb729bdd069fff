package org.googlenet.report.lineage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.googlenet.report.rest.Outbox;
import org.googlenet.report.rest.RestClient;
import org.googlenet.report.rest.RestProblem;
import org.googlenet.storage.Location;
import org.googlenet.storage.StorageProblem;

/** Where the events of OpenLineage go: to a server, or into a file, a line each. */
public final class LineageTarget {

  private static final String ENDPOINT = "api/v1/lineage";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final Consumer<ObjectNode> sending;
  private final Outbox outbox;

  private LineageTarget(Consumer<ObjectNode> sending, Outbox outbox) {
    this.sending = sending;
    this.outbox = outbox;
  }

  /**
   * A target; nothing is sent yet.
   *
   * @param key where a user has given the URL, for messages
   * @param url of a server, or path of a file
   * @param environment may have {@code OPENLINEAGE_API_KEY} and {@code OPENLINEAGE_ENDPOINT}, as
   *     OpenLineage's own clients take them
   * @throws RestProblem if it is neither
   */
  public static LineageTarget of(String key, String url, Map<String, String> environment) {
    return of(key, url, environment, TIMEOUT, new Outbox("OpenLineage", PAUSE));
  }

  static LineageTarget of(
      String key, String url, Map<String, String> environment, Duration timeout, Outbox outbox) {
    if (url.matches("(?i)https?:.*")) {
      RestClient.Access access =
          new RestClient.Access(
              Optional.ofNullable(environment.get("OPENLINEAGE_API_KEY"))
                  .map(secret -> "Bearer " + secret),
              "OPENLINEAGE_API_KEY");
      RestClient rest = new RestClient(RestClient.base(key, url), access, timeout);
      String path = path(rest.base(), environment);
      return new LineageTarget(event -> rest.post(path, event), outbox);
    }
    return new LineageTarget(file(key, url), outbox);
  }

  /** Some give the URL with the endpoint. */
  private static String path(String base, Map<String, String> environment) {
    String endpoint =
        environment.getOrDefault("OPENLINEAGE_ENDPOINT", ENDPOINT).replaceFirst("^/+", "");
    return base.endsWith("/" + endpoint) ? "" : "/" + endpoint;
  }

  private static Consumer<ObjectNode> file(String key, String path) {
    Location location = Location.of(path);
    if (!location.store().isEmpty()) {
      throw RestProblem.refused(
          "%s: %s: is neither the URL of a server nor a file of this machine; give one as http://host:5000"
              .formatted(key, path));
    }
    Path file = Path.of(location.path());
    return event -> append(file, event + "\n");
  }

  private static void append(Path file, String line) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw StorageProblem.at(file.toString(), e);
    }
  }

  void send(ObjectNode event) {
    outbox.send(() -> sending.accept(event));
  }

  void sendLast() {
    outbox.sendLast();
  }
}
