package org.googlenet.report.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Sends JSON to a server and reads its answers, each request within a time. Credentials are in no
 * message.
 */
public final class RestClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECTION = Duration.ofSeconds(4);
  private static final int LONGEST_REASON = 300;
  private static final int OK = 200;
  private static final int NO_OK = 300;
  private static final int NO_CREDENTIALS = 401;
  private static final int FORBIDDEN = 403;

  private final String base;
  private final Access access;
  private final Duration timeout;
  private final HttpClient http;

  /**
   * What a server wants to know of its caller.
   *
   * @param authorization the header of that name, if any
   * @param settings where a user gives it, for messages
   */
  public record Access(Optional<String> authorization, String settings) {

    /** Without what is secret. */
    @Override
    public String toString() {
      return settings;
    }
  }

  /**
   * A client; nothing is sent yet.
   *
   * @param base what all requests begin with, as {@link #base} gives it
   * @param timeout of a request, from the connection, which has 4 s, to the whole answer
   */
  public RestClient(String base, Access access, Duration timeout) {
    this.base = base;
    this.access = access;
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECTION.compareTo(timeout) < 0 ? CONNECTION : timeout)
            .build();
  }

  /**
   * A URL as what requests can begin with, without a slash at its end.
   *
   * @param key where the user has given it, for messages
   * @throws RestProblem if it is not one of HTTP, or has credentials or a query in it
   */
  public static String base(String key, String url) {
    URI uri = uri(key, url);
    if (uri.getScheme() == null
        || !uri.getScheme().matches("(?i)https?")
        || uri.getHost() == null) {
      throw RestProblem.refused(
          "%s: %s: is not the URL of a server; give one as http://host:5000".formatted(key, url));
    }
    if (uri.getRawUserInfo() != null) {
      throw RestProblem.refused(
          "%s: %s://...@%s: a URL with credentials would be kept with the run; give them in the environment"
              .formatted(key, uri.getScheme(), uri.getHost()));
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw RestProblem.refused("%s: %s: give the URL without '?' and '#'".formatted(key, url));
    }
    return url.replaceFirst("/+$", "");
  }

  private static URI uri(String key, String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw RestProblem.refused("%s: is no URL; give one as http://host:5000".formatted(key));
    }
  }

  /** What all requests begin with. */
  public String base() {
    return base;
  }

  /**
   * Asks for something.
   *
   * @param path below the base, beginning with '/'
   * @return the answer; missing if it is not JSON
   * @throws RestProblem if the server is away or says no
   */
  public JsonNode get(String path, Map<String, String> query) {
    String parameters =
        query.entrySet().stream()
            .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&", "?", ""));
    return send(request(path + (query.isEmpty() ? "" : parameters)).GET());
  }

  /** Sends JSON; the rest as {@link #get}. */
  public JsonNode post(String path, JsonNode body) {
    return send("POST", path, body);
  }

  /** Sends JSON that changes something there is; the rest as {@link #get}. */
  public JsonNode patch(String path, JsonNode body) {
    return send("PATCH", path, body);
  }

  private JsonNode send(String method, String path, JsonNode body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body.toString())));
  }

  /** Stores a file; the rest as {@link #get}. */
  public void put(String path, byte[] content) {
    BodyPublisher body = BodyPublishers.ofByteArray(content);
    send(request(path).header("Content-Type", "application/octet-stream").PUT(body));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout);
    access.authorization().ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private JsonNode send(HttpRequest.Builder request) {
    HttpResponse<String> answer = answer(request.build());
    int status = answer.statusCode();
    if (status >= OK && status < NO_OK) {
      return json(answer.body());
    }
    if (status == NO_CREDENTIALS || status == FORBIDDEN) {
      throw RestProblem.answer(
          "%s: refuses these credentials (%s); set %s".formatted(base, status, access.settings()),
          status);
    }
    throw RestProblem.answer(
        "%s: answers %s to %s: %s"
            .formatted(base, status, answer.request().uri().getPath(), reason(answer.body())),
        status);
  }

  /** The client's own time-out ends with the answer's headers; so the whole is waited for here. */
  private HttpResponse<String> answer(HttpRequest request) {
    CompletableFuture<HttpResponse<String>> sent = http.sendAsync(request, BodyHandlers.ofString());
    try {
      return sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw unreachable(e.getCause());
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw late(e);
    } catch (InterruptedException e) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      throw RestProblem.unreachable(base + ": was not waited for", e);
    }
  }

  private RestProblem unreachable(Throwable cause) {
    return cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException)
        ? late(cause)
        : RestProblem.unreachable(
            "%s: cannot be reached (%s); check that it is up".formatted(base, words(cause)), cause);
  }

  private RestProblem late(Throwable cause) {
    return RestProblem.unreachable(
        "%s: has not answered within %s s; check that it is well"
            .formatted(base, timeout.toSeconds()),
        cause);
  }

  /** A refused connection has no message. */
  private static String words(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static JsonNode json(String body) {
    try {
      JsonNode node = JSON.readTree(body);
      return node == null ? MissingNode.getInstance() : node;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static String reason(String body) {
    String message = json(body).path("message").asText(body.lines().findFirst().orElse("nothing"));
    return message.length() <= LONGEST_REASON
        ? message
        : message.substring(0, LONGEST_REASON) + "...";
  }
}
