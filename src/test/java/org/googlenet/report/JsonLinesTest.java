package org.googlenet.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.googlenet.report.GoogLeNetHeads.heads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.report.TrainingEvent.AlreadyFinished;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.Initialised;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.Quarantined;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.report.TrainingEvent.RunStarted;
import org.googlenet.report.TrainingEvent.Waiting;
import org.googlenet.report.TrainingEvent.Warned;
import org.googlenet.run.Quarantine;
import org.junit.jupiter.api.Test;

class JsonLinesTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static final HeadValues LOSS = heads(0.5, 0.75, 1);
  private static final HeadValues NORM = heads(2, 0, 0.25);
  private static final HeadValues DEAD = heads(0.125, Double.NaN, 1);

  @Test
  void eachEventIsOneObjectOnALine() {
    StringBuilder out = new StringBuilder();
    JsonLines lines = new JsonLines(out, Clock.fixed(NOON, ZoneOffset.UTC));

    lines.on(new Waiting("runs/sample", "7@host", 3, "2026-01-01T00:00:00Z"));
    lines.on(new Initialised("models", "cafe"));
    lines.on(
        new RunStarted(
            "sample", "runs/sample", "dl4j", "fp32", "amd64 level 3", 1, 0, 2, 12, 10, 4000));
    lines.on(new Resumed("000004-0001", 4, 64));
    lines.on(
        new Quarantined(
            8,
            List.of(
                new Quarantine.Entry(
                    "a.tar", 3, null, "record", "record 3 is not in tar format", 8),
                new Quarantine.Entry("b.tar", 0, "cat/x", "label", "label 9 is outside 0..8", 8)),
            12));
    lines.on(
        new RoundFinished(
            8,
            12,
            128,
            1,
            8192,
            0,
            12,
            LOSS,
            NORM,
            DEAD,
            0.01,
            56.5,
            0.04,
            0.01,
            Duration.ofMillis(1500)));
    lines.on(new CheckpointWritten("000008-0002", 100, Duration.ofSeconds(2), Duration.ZERO));
    lines.on(new Evaluated(8, 0.7, 0.9, 998, 2, LOSS));
    lines.on(new Warned("a \"quoted\"\nword"));
    lines.on(new Interrupted("000008-0002", 8));
    lines.on(
        new RunFinished(
            "sample", "runs/sample", "000012-0002", 12, 189, 9, 14, null, Duration.ZERO));
    lines.on(
        new AlreadyFinished("sample", "runs/sample", "000012-0002", 12, new Accuracy(0.7, 0.9)));

    assertThat(out)
        .hasToString(
            """
            {"event":"waiting","time":"2026-01-01T12:00:00Z","location":"runs/sample","owner":"7@host","term":3,"until":"2026-01-01T00:00:00Z"}
            {"event":"initialised","time":"2026-01-01T12:00:00Z","from":"models","parametersSha256":"cafe"}
            {"event":"runStarted","time":"2026-01-01T12:00:00Z","run":"sample","location":"runs/sample","engine":"dl4j","precision":"fp32","instructions":"amd64 level 3","threads":1,"plannedBytes":0,"workers":2,"rounds":12,"parameters":10,"examples":4000}
            {"event":"resumed","time":"2026-01-01T12:00:00Z","checkpoint":"000004-0001","round":4,"step":64}
            {"event":"quarantined","time":"2026-01-01T12:00:00Z","round":8,"records":[{"shard":"a.tar","position":3,"key":null,"kind":"record","reason":"record 3 is not in tar format","round":8},{"shard":"b.tar","position":0,"key":"cat/x","kind":"label","reason":"label 9 is outside 0..8","round":8}],"total":12}
            {"event":"roundFinished","time":"2026-01-01T12:00:00Z","round":8,"rounds":12,"step":128,"epoch":1,"examples":8192,"leftOver":0,"quarantined":12,"loss":{"main":0.5,"aux1":0.75,"aux2":1.0},"gradientNorm":{"main":2.0,"aux1":0.0,"aux2":0.25},"deadUnits":{"main":0.125,"aux1":"NaN","aux2":1.0},"learningRate":0.01,"imagesPerSecond":56.5,"outsideShare":0.04,"waitShare":0.01,"remaining":1.5}
            {"event":"checkpointWritten","time":"2026-01-01T12:00:00Z","name":"000008-0002","bytes":100,"took":2.0,"waited":0.0}
            {"event":"evaluated","time":"2026-01-01T12:00:00Z","round":8,"top1":0.7,"top5":0.9,"examples":998,"unread":2,"loss":{"main":0.5,"aux1":0.75,"aux2":1.0}}
            {"event":"warned","time":"2026-01-01T12:00:00Z","message":"a \\"quoted\\"\\nword"}
            {"event":"interrupted","time":"2026-01-01T12:00:00Z","checkpoint":"000008-0002","round":8}
            {"event":"runFinished","time":"2026-01-01T12:00:00Z","run":"sample","location":"runs/sample","checkpoint":"000012-0002","round":12,"step":189,"examples":9,"quarantined":14,"accuracy":null,"took":0.0}
            {"event":"alreadyFinished","time":"2026-01-01T12:00:00Z","run":"sample","location":"runs/sample","checkpoint":"000012-0002","round":12,"accuracy":{"top1":0.7,"top5":0.9}}
            """);
  }

  @Test
  void figuresOfHeadsAreUnderTheNamesThatTheNetworkGivesThem() {
    HeadValues five = HeadValues.of(List.of("out", "a", "b", "c", "d"), 0.5, 1, 2);
    assertThat(JsonLines.line(new Evaluated(1, 0, 0, 1, 0, five), NOON))
        .endsWith("\"loss\":{\"out\":0.5,\"a\":1.0,\"b\":2.0,\"c\":\"NaN\",\"d\":\"NaN\"}}");
  }

  @Test
  void aLossThatIsNoNumberStaysReadableJson() throws IOException {
    HeadValues diverged = heads(Double.NaN, Double.POSITIVE_INFINITY, 1);

    JsonNode object =
        new ObjectMapper().readTree(JsonLines.line(new Evaluated(1, 0, 0, 1, 0, diverged), NOON));

    assertThat(object.at("/loss/main").asText()).isEqualTo("NaN");
    assertThat(object.at("/loss/aux1").asText()).isEqualTo("Infinity");
  }

  @Test
  void aLineIsWrittenThroughAtOnce() {
    List<String> flushed = new ArrayList<>();
    Writer writer =
        new Writer() {
          private final StringBuilder waiting = new StringBuilder();

          @Override
          public void write(char[] characters, int offset, int length) {
            waiting.append(characters, offset, length);
          }

          @Override
          public void flush() {
            flushed.add(waiting.toString());
          }

          @Override
          public void close() {}
        };

    new JsonLines(writer, Clock.fixed(NOON, ZoneOffset.UTC)).on(new Warned("x"));

    assertThat(flushed).containsExactly("{\"event\":\"warned\",\"time\":\"2026-01-01T12:00:00Z\",\"message\":\"x\"}\n");
  }

  @Test
  void anOutputThatFailsIsAProblemOfStorage() {
    Writer full =
        new Writer() {
          @Override
          public void write(char[] characters, int offset, int length) throws IOException {
            throw new IOException("No space left on device");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };

    assertThatThrownBy(() -> new JsonLines(full).on(new Warned("x")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("No space left on device");
  }
}
