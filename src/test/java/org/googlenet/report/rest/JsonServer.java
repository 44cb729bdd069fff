package org.googlenet.report.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A server on loopback that keeps what it is sent, and answers as a test says. */
public final class JsonServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new ArrayList<>();
  private volatile Function<Request, Answer> answers;

  /**
   * What came in.
   *
   * @param path with the query, if any
   * @param authorization the header of that name, or null
   */
  public record Request(String method, String path, String authorization, String body) {

    /** The body as JSON. */
    public JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What goes out. */
  public record Answer(int status, String body) {

    public static final Answer OK = new Answer(200, "{}");
  }

  private JsonServer(HttpServer server, Function<Request, Answer> answers) {
    this.server = server;
    this.answers = answers;
  }

  /** A server at a free port. */
  public static JsonServer start(Function<Request, Answer> answers) {
    return startAt(0, answers);
  }

  /** A server at a port. */
  public static JsonServer startAt(int port, Function<Request, Answer> answers) {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      JsonServer started = new JsonServer(http, answers);
      http.setExecutor(started.threads);
      http.createContext("/", started::handle);
      http.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders().getFirst("Authorization"),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      synchronized (requests) {
        requests.add(request);
      }
      Answer answer = answers.apply(request);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Answers in another way from now on. */
  public void answer(Function<Request, Answer> how) {
    answers = how;
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** What came so far. */
  public List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** What came so far to paths that end, before their query, with a text. */
  public List<Request> requests(String end) {
    return requests().stream()
        .filter(request -> request.path().replaceFirst("\\?.*", "").endsWith(end))
        .toList();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
