package org.googlenet.report.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.googlenet.report.rest.JsonServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RestClientTest {

  private static final String SECRET = "Bearer sesame";

  private static RestClient client(String url) {
    return client(url, Duration.ofSeconds(30));
  }

  private static RestClient client(String url, Duration timeout) {
    return new RestClient(
        RestClient.base("report.x.url", url),
        new RestClient.Access(Optional.of(SECRET), "X_TOKEN"),
        timeout);
  }

  private static RestProblem problemOfHasty(int port) {
    return problem(client("http://127.0.0.1:" + port, Duration.ofSeconds(1)));
  }

  private static RestProblem problem(RestClient client) {
    return catchThrowableOfType(RestProblem.class, () -> client.get("/a", Map.of()));
  }

  @Test
  void aRequestHasItsQueryAndCredentialsAndGivesTheAnswer() {
    try (JsonServer server = JsonServer.start(request -> new Answer(200, "{\"n\": 3}"))) {
      assertThat(client(server.url() + "/").get("/a", Map.of("q", "a b&c")).path("n").asInt())
          .isEqualTo(3);
      assertThat(server.requests())
          .containsExactly(new JsonServer.Request("GET", "/a?q=a+b%26c", SECRET, ""));
    }
  }

  @Test
  void aRefusalHasTheServersWordsAndIsNotTriedAgain() {
    try (JsonServer server =
        JsonServer.start(request -> new Answer(400, "{\"message\": \"no such\\nthing\"}"))) {
      RestProblem problem = problem(client(server.url()));
      assertThat(problem).hasMessage(server.url() + ": answers 400 to /a: no such?thing");
      assertThat(problem.isPassing()).isFalse();
    }
  }

  @Test
  void wrongCredentialsAreNotRepeatedInTheMessage() {
    try (JsonServer server = JsonServer.start(request -> new Answer(401, SECRET))) {
      assertThat(problem(client(server.url())))
          .hasMessage(server.url() + ": refuses these credentials (401); set X_TOKEN");
    }
  }

  @Test
  void aServerThatFailsOrIsDownOrHangsMayBeAskedAgain() throws IOException {
    String url;
    try (JsonServer server = JsonServer.start(request -> new Answer(503, "<html>\nbusy"))) {
      url = server.url();
      RestProblem failing = problem(client(url));
      assertThat(failing).hasMessage(url + ": answers 503 to /a: <html>");
      assertThat(failing.isPassing()).isTrue();
    }
    RestProblem down = problem(client(url));
    assertThat(down).hasMessageContaining(url + ": cannot be reached");
    assertThat(down.isPassing()).isTrue();
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RestProblem hanging = problemOfHasty(silent.getLocalPort());
      assertThat(hanging).hasMessageContaining("has not answered within 1 s");
      assertThat(hanging.isPassing()).isTrue();
    }
  }

  @Test
  void anAnswerThatStopsInTheMiddleIsNotWaitedForForLong() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread half = new Thread(() -> answerHalf(server));
      half.start();
      RestProblem problem = problemOfHasty(server.getLocalPort());
      assertThat(problem).hasMessageContaining("has not answered within 1 s");
      half.interrupt();
      half.join();
    }
  }

  private static void answerHalf(ServerSocket server) {
    try (Socket socket = server.accept()) {
      OutputStream out = socket.getOutputStream();
      out.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".getBytes(StandardCharsets.UTF_8));
      out.flush();
      Thread.sleep(30_000);
    } catch (IOException | InterruptedException e) {
      // The test is over.
    }
  }

  @Test
  void anAnswerThatIsNoJsonHasNothingInIt() {
    try (JsonServer server = JsonServer.start(request -> new Answer(200, "fine"))) {
      assertThat(
              client(server.url())
                  .post("/a", JsonNodeFactory.instance.objectNode())
                  .isMissingNode())
          .isTrue();
    }
  }

  @Test
  void aUrlThatCannotBeUsedIsRefusedWithTheKeyAndWithoutItsPassword() {
    assertThatThrownBy(() -> RestClient.base("k", "databricks"))
        .hasMessage("k: databricks: is not the URL of a server; give one as http://host:5000");
    assertThatThrownBy(() -> RestClient.base("k", "http://me:sesame@host"))
        .hasMessageContaining("k: http://...@host: a URL with credentials")
        .hasMessageNotContaining("sesame");
    assertThatThrownBy(() -> RestClient.base("k", "http://host/?a=b")).hasMessageContaining("'?'");
    assertThatThrownBy(() -> RestClient.base("k", "http://ho st"))
        .hasMessageContaining("is no URL");
  }
}
