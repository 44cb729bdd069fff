package org.googlenet.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.Flushable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Writes each event as one JSON object per line: {@code event} is its kind ({@code
 * "roundFinished"}), {@code time} is when it came, in ISO 8601, the rest are its values by name,
 * with durations in seconds.
 *
 * <p>A loss that is not finite, and a metric that is not known, are written as the text {@code
 * "NaN"} or {@code "Infinity"}, since JSON does not have numbers for them.
 */
public final class JsonLines implements TrainingListener {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new SimpleModule().addSerializer(Duration.class, new InSeconds()));

  private final Appendable out;
  private final Clock clock;

  /**
   * @param out where the lines are written; flushed after each one if possible
   */
  public JsonLines(Appendable out) {
    this(out, Clock.systemUTC());
  }

  /** The same with a clock. */
  JsonLines(Appendable out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  /**
   * Writes an event.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  @Override
  public synchronized void on(TrainingEvent event) {
    try {
      out.append(line(event, clock.instant())).append('\n');
      if (out instanceof Flushable flushable) {
        flushable.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An event as a JSON object. */
  public static ObjectNode json(TrainingEvent event) {
    ObjectNode object = JSON.createObjectNode().put("event", name(event));
    object.setAll((ObjectNode) JSON.valueToTree(event));
    return object;
  }

  /** An event that came at a time, as a JSON object, without the end of the line. */
  public static String line(TrainingEvent event, Instant time) {
    try {
      ObjectNode values = json(event);
      ObjectNode object = JSON.createObjectNode();
      object.set("event", values.remove("event"));
      object.put("time", time.truncatedTo(ChronoUnit.MILLIS).toString());
      object.setAll(values);
      return JSON.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("events of plain values are always JSON", e);
    }
  }

  private static String name(TrainingEvent event) {
    String type = event.getClass().getSimpleName();
    return type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
  }

  private static final class InSeconds extends StdSerializer<Duration> {

    private static final long serialVersionUID = 1L;

    InSeconds() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeNumber(value.toMillis() / 1e3);
    }
  }
}
