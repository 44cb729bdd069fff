package org.googlenet.data.format.list;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.googlenet.storage.Location;

/**
 * A line of a list's shard: one image that lies anywhere, or what a line of the list is instead.
 *
 * @param line of the list, from 1
 * @param uri an absolute path or a URI; null if the line is not an image
 * @param label a number or a name
 * @param key of the record
 * @param bad why it is not an image and a label; null if it is
 * @param passedOver what the line is that is not about images, in the plural; null if it is
 */
@JsonPropertyOrder({"line", "uri", "label", "key", "bad", "passedOver"})
@JsonInclude(JsonInclude.Include.NON_NULL)
record ListLine(int line, String uri, String label, String key, String bad, String passedOver) {

  /** How a shard begins. */
  static final String START = "{\"line\":";

  private static final JsonMapper JSON = new JsonMapper();

  static ListLine image(int line, String uri, String label, String key) {
    return new ListLine(line, uri, label, key, null, null);
  }

  static ListLine bad(int line, String reason) {
    return new ListLine(line, null, null, null, reason, null);
  }

  static ListLine passedOver(int line, String kind) {
    return new ListLine(line, null, null, null, null, kind);
  }

  /** Parses a line of a shard; empty if it is not one. */
  static Optional<ListLine> parse(String text) {
    try {
      ListLine line = JSON.readValue(text, ListLine.class);
      boolean isWhole =
          line != null
              && (line.isImage()
                  ? line.label != null && line.key != null
                  : line.bad != null || line.passedOver != null);
      return isWhole ? Optional.of(line) : Optional.empty();
    } catch (JsonProcessingException e) {
      // Whoever asks says which line it is.
      return Optional.empty();
    }
  }

  boolean isImage() {
    return uri != null;
  }

  byte[] toBytes() {
    try {
      return (JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a line always has a JSON form", e);
    }
  }

  /** The folder that the image lies in. */
  String folder() {
    return Location.absolute(uri).folder().text();
  }

  /** The image's name in its folder. */
  String name() {
    return Location.absolute(uri).name();
  }
}
