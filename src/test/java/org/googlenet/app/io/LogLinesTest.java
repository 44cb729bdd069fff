package org.googlenet.app.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLinesTest {

  private final StringWriter written = new StringWriter();
  private final PrintWriter err =
      new PrintWriter(
          new LogLines(
              new PrintWriter(written),
              Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC)));

  private List<JsonNode> lines() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : written.toString().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void anErrorOfSeveralLinesIsOneObject() throws Exception {
    err.println("googlenet: recipe.yaml: 2 problems:");
    err.println("  a \"b\"");
    err.flush();
    err.flush();

    assertThat(written.toString())
        .isEqualToNormalizingNewlines(
            "{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"ERROR\",\"logger\":\"googlenet\",\"thread\":\""
                + Thread.currentThread().getName()
                + "\",\"message\":\"recipe.yaml: 2 problems:\\n  a \\\"b\\\"\"}\n");
  }

  @Test
  void eachWarningIsAnObjectOfItsOwn() throws Exception {
    err.println("warning: one");
    err.println("warning: two");
    err.println("bad: three");
    err.close();

    assertThat(lines()).extracting(line -> line.get("level").asText()).containsOnly("WARN");
    assertThat(lines())
        .extracting(line -> line.get("message").asText())
        .containsExactly("one", "two", "bad: three");
  }
}
