package org.googlenet.report.page;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.googlenet.report.HeadValues;
import org.googlenet.report.TrainingEvent;

/**
 * An event and when it came, as {@link org.googlenet.report.JsonLines} writes it and as it is read
 * back, also from lines of older versions.
 *
 * @param time null if it is not known: version 0.1.0 did not write it
 */
public record EventLine(Instant time, TrainingEvent event) {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(
              new SimpleModule()
                  .addDeserializer(Duration.class, new Seconds())
                  .addDeserializer(HeadValues.class, new Heads()))
          .build();

  /**
   * Reads a line; empty if it is no event that this version knows, or lacks what the event must
   * have.
   */
  public static Optional<EventLine> parse(String line) {
    try {
      ObjectNode object = (ObjectNode) JSON.readTree(line);
      String name = object.path("event").asText();
      Optional<Class<?>> type = type(name);
      return type.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new EventLine(
                  time(object.path("time")), (TrainingEvent) JSON.treeToValue(object, type.get())));
    } catch (JsonProcessingException | RuntimeException e) {
      // A line of another version, or one that was cut: the others are shown all the same.
      return Optional.empty();
    }
  }

  private static Optional<Class<?>> type(String name) {
    return Arrays.stream(TrainingEvent.class.getPermittedSubclasses())
        .filter(type -> eventName(type).equals(name))
        .findFirst();
  }

  private static String eventName(Class<?> type) {
    String name = type.getSimpleName();
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  private static Instant time(JsonNode written) {
    try {
      return written.isTextual() ? Instant.parse(written.asText()) : null;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static final class Seconds extends StdDeserializer<Duration> {

    private static final long serialVersionUID = 1L;

    Seconds() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Duration.ofNanos((long) (1e9 * in.getValueAsDouble()));
    }
  }

  private static final class Heads extends StdDeserializer<HeadValues> {

    private static final long serialVersionUID = 1L;

    Heads() {
      super(HeadValues.class);
    }

    @Override
    public HeadValues deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      Map<String, Double> values = new LinkedHashMap<>();
      JsonNode object = in.readValueAsTree();
      object.fields().forEachRemaining(head -> values.put(head.getKey(), number(head.getValue())));
      return new HeadValues(values);
    }

    /** What is not finite is written as text. */
    private static double number(JsonNode value) {
      return value.isNumber() ? value.asDouble() : Double.valueOf(value.asText());
    }
  }
}
