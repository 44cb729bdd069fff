package org.googlenet.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The file format safetensors: the length of a JSON header in 8 bytes, the header, and the values
 * of all tensors one after the other, little-endian and in C order.
 *
 * <p>The header has for each tensor its {@code dtype}, {@code shape} and {@code data_offsets}
 * {@code [begin, end)} behind the header, and under {@value #METADATA} texts. As the format's own
 * reader does, this one refuses holes and overlaps. After the description of format 0.4 at {@code
 * github.com/huggingface/safetensors}.
 */
public final class SafetensorsFile {

  private static final String METADATA = "__metadata__";

  /** The format's own limit. */
  private static final long LONGEST_HEADER = 100_000_000;

  /** Headers are padded with spaces so that the values begin at a multiple of this. */
  private static final int ALIGNMENT = 8;

  private static final int FLOATS_AT_ONCE = 1 << 16;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SafetensorsFile() {}

  /** Whether a file begins as one of this format does. */
  static boolean isOne(ByteBuffer file) {
    if (file.limit() < Long.BYTES + 2) {
      return false;
    }
    long length = file.getLong(0);
    return length >= 2 && length <= LONGEST_HEADER && file.get(Long.BYTES) == '{';
  }

  /**
   * Reads a file.
   *
   * @param file its bytes, little-endian; the tensors are views of them
   * @throws WeightsProblem if it is not whole, or its header contradicts itself
   */
  static NamedTensors read(ByteBuffer file, String source) {
    long length = file.getLong(0);
    if (length > file.limit() - Long.BYTES) {
      throw damaged(source, "its header of " + length + " bytes is longer than the file");
    }
    JsonNode header = header(file.slice(Long.BYTES, (int) length), source);
    int start = Long.BYTES + (int) length;
    ByteBuffer data = file.slice(start, file.limit() - start).order(ByteOrder.LITTLE_ENDIAN);
    Map<String, Tensor> tensors = new TreeMap<>();
    List<long[]> places = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (!entry.getKey().equals(METADATA)) {
        String named = source + ": " + entry.getKey();
        long[] place = place(entry.getValue(), data.limit(), named);
        places.add(place);
        tensors.put(entry.getKey(), tensor(entry.getValue(), place, data, named));
      }
    }
    requireWithoutGaps(places, data.limit(), source);
    return new NamedTensors(source, "safetensors", tensors, metadata(header, source));
  }

  private static JsonNode header(ByteBuffer bytes, String source) {
    byte[] json = new byte[bytes.limit()];
    bytes.get(0, json);
    try {
      JsonNode header = JSON.readTree(json);
      if (header instanceof ObjectNode) {
        return header;
      }
    } catch (IOException e) {
      throw new WeightsProblem(source + ": its header is no JSON; copy the file again", e);
    }
    throw damaged(source, "its header is no JSON object");
  }

  private static Map<String, String> metadata(JsonNode header, String source) {
    Map<String, String> texts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : header.path(METADATA).properties()) {
      if (!entry.getValue().isTextual()) {
        throw damaged(source, METADATA + " " + entry.getKey() + " is no text");
      }
      texts.put(entry.getKey(), entry.getValue().textValue());
    }
    return texts;
  }

  private static long[] place(JsonNode entry, int size, String named) {
    JsonNode offsets = entry.path("data_offsets");
    if (offsets.size() != 2 || !isPlace(offsets.get(0)) || !isPlace(offsets.get(1))) {
      throw damaged(named, "its data_offsets are not two whole numbers");
    }
    long begin = offsets.get(0).longValue();
    long end = offsets.get(1).longValue();
    if (begin < 0 || end < begin || end > size) {
      throw damaged(
          named,
          String.format(
              Locale.ROOT, "its data_offsets [%d, %d] are outside the %d bytes", begin, end, size));
    }
    return new long[] {begin, end};
  }

  private static boolean isPlace(JsonNode number) {
    return number.isIntegralNumber() && number.canConvertToLong();
  }

  private static Tensor tensor(JsonNode entry, long[] place, ByteBuffer data, String named) {
    String dtype = entry.path("dtype").asText();
    ByteBuffer own =
        data.slice((int) place[0], (int) (place[1] - place[0])).order(ByteOrder.LITTLE_ENDIAN);
    try {
      List<Integer> shape = shape(entry.path("shape"));
      return ElementType.ofSafetensors(dtype)
          .map(type -> Tensor.of(shape, type, own))
          .orElseGet(() -> Tensor.unreadable(shape, dtype));
    } catch (IllegalArgumentException e) {
      throw new WeightsProblem(
          String.format(
              Locale.ROOT,
              "%s: its shape does not fit its %d bytes of %s (%s); copy the file again",
              named,
              own.limit(),
              dtype,
              e.getMessage()),
          e);
    }
  }

  private static List<Integer> shape(JsonNode dimensions) {
    List<Long> shape = new ArrayList<>();
    for (JsonNode dimension : dimensions) {
      shape.add(isPlace(dimension) ? dimension.longValue() : -1);
    }
    if (!dimensions.isArray()) {
      throw new IllegalArgumentException("no list");
    }
    return Tensor.shape(shape);
  }

  private static void requireWithoutGaps(List<long[]> places, int size, String source) {
    places.sort(
        Comparator.comparingLong((long[] place) -> place[0]).thenComparingLong(place -> place[1]));
    long next = 0;
    for (long[] place : places) {
      if (place[0] != next) {
        throw damaged(source, "tensors overlap or leave a gap at byte " + Math.min(next, place[0]));
      }
      next = place[1];
    }
    if (next != size) {
      throw damaged(
          source, String.format(Locale.ROOT, "%d bytes follow the last tensor", size - next));
    }
  }

  private static WeightsProblem damaged(String named, String defect) {
    return new WeightsProblem(named + ": " + defect + ": no whole safetensors file; copy it again");
  }

  /**
   * Writes tensors as fp32, in the order of their names; the same tensors give the same bytes.
   *
   * @param metadata texts that the header has beside the tensors
   */
  public static void write(
      OutputStream out, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    Map<String, Tensor> sorted = new TreeMap<>(tensors);
    byte[] header = header(sorted, metadata);
    out.write(little(Long.BYTES).putLong(header.length).array());
    out.write(header);
    for (Tensor tensor : sorted.values()) {
      writeValues(out, tensor.values());
    }
  }

  private static byte[] header(Map<String, Tensor> tensors, Map<String, String> metadata)
      throws JsonProcessingException {
    ObjectNode header = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = header.putObject(METADATA);
      new TreeMap<>(metadata).forEach(texts::put);
    }
    long next = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      List<Integer> shape = entry.getValue().shape();
      long end = next + Tensor.count(shape) * Float.BYTES;
      ObjectNode tensor = header.putObject(entry.getKey()).put("dtype", "F32");
      shape.forEach(tensor.putArray("shape")::add);
      tensor.putArray("data_offsets").add(next).add(end);
      next = end;
    }
    String json = JSON.writeValueAsString(header);
    int length = json.getBytes(StandardCharsets.UTF_8).length;
    return (json + " ".repeat(Math.floorMod(-length, ALIGNMENT))).getBytes(StandardCharsets.UTF_8);
  }

  private static void writeValues(OutputStream out, float[] values) throws IOException {
    byte[] bytes = new byte[FLOATS_AT_ONCE * Float.BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += FLOATS_AT_ONCE) {
      int count = Math.min(FLOATS_AT_ONCE, values.length - from);
      buffer.clear().asFloatBuffer().put(values, from, count);
      out.write(bytes, 0, count * Float.BYTES);
    }
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
