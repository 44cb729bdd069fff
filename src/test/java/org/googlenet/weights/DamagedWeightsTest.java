package org.googlenet.weights;

import static org.assertj.core.api.Assertions.assertThat;

import org.googlenet.Mutations;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However a file of weights is damaged, it is read or refused in one line, and in little memory.
 */
class DamagedWeightsTest {

  private static final int COPIES = 800;

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"small.safetensors", "small.pth", "nested.pth", "checkpoint.pth"})
  void aFile(String name) {
    byte[] good = WeightSamples.bytes(name);
    Mutations.Reader reader =
        damaged ->
            WeightFile.named(damaged, name)
                .tensors()
                .forEach(
                    (tensor, content) -> {
                      if (!tensor.contains("i64")) {
                        readValues(content);
                      }
                    });
    assertThat(Mutations.refused(COPIES, good, Mutations::bytes, reader, WeightsProblem.class))
        .isBetween(COPIES / 10, COPIES);
    assertThat(Mutations.refused(COPIES, good, Mutations::inPlace, reader, WeightsProblem.class))
        .isBetween(COPIES / 20, COPIES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"small.onnx", "small.caffemodel"})
  void aMessage(String name) {
    byte[] good = WeightSamples.bytes(name);
    Mutations.Reader reader =
        damaged -> WeightFile.read(damaged, name).tensors().values().forEach(Tensor::values);
    assertThat(WeightFile.read(good, name).tensors()).isNotEmpty();
    assertThat(Mutations.refused(COPIES, good, Mutations::bytes, reader, WeightsProblem.class))
        .isBetween(COPIES / 10, COPIES);
    assertThat(Mutations.refused(COPIES, good, Mutations::inPlace, reader, WeightsProblem.class))
        .isBetween(COPIES / 20, COPIES);
  }

  private static void readValues(Tensor tensor) {
    assertThat(tensor.values()).hasSize((int) Tensor.count(tensor.shape()));
  }
}
