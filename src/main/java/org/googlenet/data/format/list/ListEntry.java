package org.googlenet.data.format.list;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;

/**
 * A line of a list's shard: one image that lies anywhere.
 *
 * @param uri an absolute path or a URI
 * @param label a number or a name
 * @param key of the record
 */
@JsonPropertyOrder({"uri", "label", "key"})
record ListEntry(String uri, String label, String key) {

  /** How a shard begins. */
  static final String START = "{\"uri\":";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /**
   * Parses a line.
   *
   * @throws JsonProcessingException if it is not one
   */
  static ListEntry parse(String line) throws JsonProcessingException {
    ListEntry entry = JSON.readValue(line, ListEntry.class);
    if (entry == null || entry.uri.isEmpty() || entry.key.isEmpty()) {
      throw new com.fasterxml.jackson.core.JsonParseException(null, "names no image");
    }
    return entry;
  }

  byte[] toLine() {
    try {
      return (JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an entry always has a JSON form", e);
    }
  }

  /** The folder that the image lies in. */
  String folder() {
    int slash = uri.lastIndexOf('/');
    return slash <= 0 ? "/" : uri.substring(0, slash);
  }

  /** The image's name in its folder. */
  String name() {
    return uri.substring(uri.lastIndexOf('/') + 1);
  }
}
