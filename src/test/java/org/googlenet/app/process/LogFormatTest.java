package org.googlenet.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Holds conf/log4j2.properties to the two formats that it promises. */
class LogFormatTest {

  private static final String FORMAT = "googlenet.log.format";

  @AfterEach
  void asBefore() {
    System.clearProperty(FORMAT);
  }

  private static String written(String format, String message, Throwable thrown) {
    System.setProperty(FORMAT, format);
    Configuration configuration =
        ConfigurationFactory.getInstance()
            .getConfiguration(
                new LoggerContext("test"), "test", Path.of("conf/log4j2.properties").toUri());
    configuration.initialize();
    Layout<?> layout = configuration.getAppender("console").getLayout();
    return layout
        .toSerializable(
            Log4jLogEvent.newBuilder()
                .setLevel(Level.WARN)
                .setLoggerName("org.googlenet.run.Lease")
                .setMessage(new SimpleMessage(message))
                .setThrown(thrown)
                .setThreadName("main")
                .setTimeMillis(1_767_323_045_678L)
                .build())
        .toString();
  }

  @Test
  void aJsonLineHasTimeLevelLoggerMessageAndException() throws Exception {
    String message = "not \"lost\": C:\\a\tb\n\u0001 \u00e9 {} %d ${sys:user.home}";
    String line = written("json", message, new IllegalStateException("broken \"here\""));

    assertThat(line).endsWith("}\n");
    assertThat(line.lines()).hasSize(1);
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.get("time").asText()).isEqualTo("2026-01-02T03:04:05.678Z");
    assertThat(json.get("level").asText()).isEqualTo("WARN");
    assertThat(json.get("logger").asText()).isEqualTo("org.googlenet.run.Lease");
    assertThat(json.get("thread").asText()).isEqualTo("main");
    assertThat(json.get("message").asText()).isEqualTo(message);
    assertThat(json.get("exception").asText().strip())
        .startsWith("java.lang.IllegalStateException: broken \"here\"\n\tat org.googlenet");
  }

  @Test
  void aJsonLineWithoutAnExceptionHasNone() throws Exception {
    JsonNode json = new ObjectMapper().readTree(written("json", "held", null));
    assertThat(json.has("exception")).isFalse();
    assertThat(json.size()).isEqualTo(5);
  }

  @Test
  void textIsAsItAlwaysWas() {
    assertThat(written("text", "held", null)).endsWith(" WARN Lease: held\n");
    assertThat(written("text", "held", new IllegalStateException("broken")))
        .contains("held\njava.lang.IllegalStateException: broken\n\tat ");
  }
}
