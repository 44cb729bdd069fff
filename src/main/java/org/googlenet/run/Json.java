package org.googlenet.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.googlenet.storage.ObjectStore;

/**
 * Reads and writes the small JSON objects of a run: missing properties are refused, unknown ones
 * ignored.
 */
public final class Json {

  private static final int LARGEST = 1 << 20;

  /** Properties that earlier versions did not write: each may be missing, and is then null. */
  private static final List<String> LATER = List.of("chain", "unread");

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}

  static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of the run are always JSON", e);
    }
  }

  /** On one line, without its end. */
  static String line(Object value) {
    try {
      return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of the run are always JSON", e);
    }
  }

  public static ObjectStore.Body body(Object value) {
    return ObjectStore.Body.of(bytes(value));
  }

  /**
   * Reads an object from a store.
   *
   * @throws java.io.FileNotFoundException if it does not exist
   * @throws CheckpointProblem if it is not a valid object of this type
   */
  public static <T> T read(ObjectStore store, String name, Class<T> type) throws IOException {
    String source = store.location() + "/" + name;
    byte[] bytes = store.readStart(name, LARGEST + 1);
    if (bytes.length > LARGEST) {
      throw damaged(source, type, null);
    }
    return read(bytes, type, source);
  }

  static <T> T read(byte[] bytes, Class<T> type, String source) {
    T value;
    try {
      JsonNode tree = tree(bytes, type, source);
      if (tree instanceof ObjectNode object) {
        LATER.stream().filter(name -> !object.has(name)).forEach(object::putNull);
      }
      value = MAPPER.treeToValue(tree, type);
    } catch (IOException e) {
      throw damaged(source, type, e);
    }
    if (value == null) {
      throw damaged(source, type, null);
    }
    return value;
  }

  /**
   * The JSON tree of an object, as it was written.
   *
   * @param type what it should be, for the error message
   */
  static JsonNode tree(byte[] bytes, Class<?> type, String source) {
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw damaged(source, type, e);
    }
  }

  private static CheckpointProblem damaged(String source, Class<?> type, Throwable cause) {
    String name = type.getSimpleName().toLowerCase(Locale.ROOT);
    return new CheckpointProblem(
        source
            + ": is damaged, it is not the JSON of "
            + (name.matches("[aeio].*") ? "an " : "a ")
            + name
            + "; restore it, or name another run",
        cause);
  }
}
