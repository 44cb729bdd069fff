package org.googlenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written is read back, the same every time; a header that lies is refused. */
class SafetensorsFileTest {

  private static byte[] written(Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsFile.write(out, tensors, metadata);
    return out.toByteArray();
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  @Tag("slow")
  @Test
  void whatIsWrittenIsReadBackAndTheSameTensorsGiveTheSameBytes() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("b", Tensor.of(List.of(3, 40_000), WeightSamples.ramp(120_000)));
    tensors.put("a", Tensor.of(List.of(2), new float[] {Float.MIN_VALUE, -0f}));
    byte[] file = written(tensors, Map.of("z", "1", "y", "zwölf"));
    NamedTensors read = WeightFile.named(file, "x");
    assertThat(read.tensors()).containsOnlyKeys("a", "b");
    assertThat(read.tensors().get("a").values()).containsExactly(Float.MIN_VALUE, -0f);
    assertThat(read.tensors().get("b").shape()).containsExactly(3, 40_000);
    assertThat(read.tensors().get("b").values()).containsExactly(WeightSamples.ramp(120_000));
    assertThat(read.metadata()).isEqualTo(Map.of("y", "zwölf", "z", "1"));
    Map<String, Tensor> otherOrder = new LinkedHashMap<>();
    otherOrder.put("a", tensors.get("a"));
    otherOrder.put("b", tensors.get("b"));
    assertThat(written(otherOrder, Map.of("y", "zwölf", "z", "1"))).isEqualTo(file);
  }

  @Test
  void theHeaderIsAlignedAndSorted() throws IOException {
    byte[] file = written(Map.of("w", Tensor.of(List.of(1), new float[] {1})), Map.of());
    String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    int padded = (header.length() + 7) / 8 * 8;
    assertThat(file).hasSize(Long.BYTES + padded + Float.BYTES);
    assertThat(new String(file, Long.BYTES, padded, StandardCharsets.UTF_8).stripTrailing())
        .isEqualTo(header);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}} | 12 | overlap
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | 8 | leave a gap at byte 0
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} | 8 | 4 bytes follow the last tensor
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | 4 | outside the 4 bytes
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[-4,4]}} | 4 | outside the 4 bytes
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}} | 8 | its shape does not fit its 8 bytes of F32
          {"a":{"dtype":"F32","shape":[65536,65536],"data_offsets":[0,0]}} | 0 | its shape does not fit
          {"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}} | 8 | its shape does not fit
          {"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}} | 8 | its shape does not fit
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8.5]}} | 8 | not two whole numbers
          {"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}} | 0 | no JSON
          {"__metadata__":{"a":1}} | 0 | __metadata__ a is no text
          {"a": | 0 | no JSON
          """)
  void aHeaderThatContradictsItselfIsRefused(String header, int bytes, String words) {
    assertThatThrownBy(() -> WeightFile.named(file(header, bytes), "x"))
        .isInstanceOf(WeightsProblem.class)
        .hasMessageStartingWith("x: ")
        .hasMessageContaining(words)
        .hasMessageContaining("copy");
  }

  @Test
  void aHeaderLongerThanTheFileIsRefusedBeforeItIsRead() {
    byte[] file = file("{\"a\":1}", 100);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 99_999_999);
    assertThatThrownBy(() -> WeightFile.named(file, "x"))
        .isInstanceOf(WeightsProblem.class)
        .hasMessageContaining("its header of 99999999 bytes is longer than the file");
  }
}
