package org.googlenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that safetensors and PyTorch wrote are read as they are, and others refused by name. */
class WeightFileTest {

  private static void assertRamp(NamedTensors file, String name, Integer... shape) {
    Tensor tensor = file.tensors().get(name);
    assertThat(tensor.shape()).as(name).containsExactly(shape);
    int count = (int) Tensor.count(tensor.shape());
    assertThat(tensor.values()).as(name).containsExactly(WeightSamples.ramp(count));
  }

  @Test
  void theTensorsOfSafetensorsAreThoseThatWereSaved() {
    NamedTensors file = WeightSamples.read("small.safetensors");
    assertThat(file.tensors()).hasSize(7);
    assertRamp(file, "f32", 2, 3);
    assertRamp(file, "f16", 3);
    assertRamp(file, "bf16", 2, 1, 2);
    assertRamp(file, "f64", 2, 2);
    assertRamp(file, "scalar");
    assertRamp(file, "empty", 0, 3);
    assertThat(file.metadata()).isEqualTo(Map.of("licence", "none needed", "a", "b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"small.pth", "nested.pth", "checkpoint.pth"})
  void theTensorsOfPyTorchAreThoseThatWereSaved(String name) {
    NamedTensors file = WeightSamples.read(name);
    assertThat(file.tensors()).hasSize(10);
    assertRamp(file, "f32", 2, 3);
    assertRamp(file, "offset", 3, 4);
    assertRamp(file, "column", 4);
    assertRamp(file, "f16", 3);
    assertRamp(file, "bf16", 2, 1, 2);
    assertRamp(file, "f64", 2, 2);
    assertRamp(file, "parameter", 2, 2);
    assertRamp(file, "scalar");
    assertRamp(file, "transposed", 3, 2);
  }

  @Test
  void otherTypesAreRefusedByTheirNameWhenTheirValuesAreAskedFor() {
    assertThatThrownBy(() -> WeightSamples.read("small.safetensors").tensors().get("i64").values())
        .isInstanceOf(WeightsProblem.class)
        .hasMessage("its values are I64; fp32, fp16, bf16 and fp64 can be read");
    assertThatThrownBy(() -> WeightSamples.read("small.pth").tensors().get("i64").values())
        .hasMessage("its values are of a LongStorage; fp32, fp16, bf16 and fp64 can be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          evil.pth       | its pickle asks for posix.system, which no state dict needs and which is not run
          network.pth    | its pickle asks for torch.nn.modules.linear.Linear, which no state dict needs
          legacy.pth     | is in the format of PyTorch before 1.6; load it and save it again
          big_endian.pth | its byteorder is big; save it on a little-endian machine
          make_small.py  | is no file of weights that is known here
          """)
  void whatCannotBeReadSaysWhyAndWhatToDo(String name, String words) {
    assertThatThrownBy(() -> WeightSamples.read(name))
        .isInstanceOf(WeightsProblem.class)
        .hasMessageStartingWith(name + ": ")
        .hasMessageContaining(words);
  }

  @Test
  void aGraphIsReadWhoseHalvesAreWholeNumbersAndWhichHasConstantsThatNoLayerNeeds() {
    NetworkTensors file = WeightFile.read(WeightSamples.bytes("small.onnx"), "small.onnx");
    assertThat(file.tensors().get("main_b").values()).containsExactly(WeightSamples.ramp(2));
    assertThat(file.tensors().get("main_W").shape()).containsExactly(4, 2);
  }

  @Test
  void aFileThatIsMissingIsRefused() {
    assertThatThrownBy(() -> WeightFile.open(new Stores(Map.of()), "no/such.pth"))
        .isInstanceOf(WeightsProblem.class)
        .hasMessage("no/such.pth: there is no such file; check the path");
  }

  @Test
  void halfPrecisionIsConvertedExactly() {
    assertThat(
            List.of(0x0000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0x7bff, 0x8001, 0xc000, 0x7c00).stream()
                .map(bits -> ElementType.half(bits.shortValue())))
        .containsExactly(
            0f,
            0x1p-24f,
            0x3ffp-24f,
            0x1p-14f,
            1f,
            65504f,
            -0x1p-24f,
            -2f,
            Float.POSITIVE_INFINITY);
    assertThat(ElementType.half((short) 0x7e00)).isNaN();
  }

  @Test
  void aPickleThatNeedsMoreThanDataIsRefusedByItsOpcode() {
    Pickle.World none =
        new Pickle.World() {
          @Override
          public Object persistent(List<?> id) {
            throw new IllegalArgumentException("none");
          }

          @Override
          public Object call(Pickle.Global function, List<?> arguments) {
            throw new WeightsProblem(function.toString());
          }

          @Override
          public void require(Pickle.Global global) {
            throw new WeightsProblem(global.toString());
          }
        };
    byte[] instance = "(S'x'\nios\nsystem\n.".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> Pickle.read(ByteBuffer.wrap(instance), none))
        .isInstanceOf(WeightsProblem.class)
        .hasMessageContaining("opcode 0x53");
    byte[] global = "cos\nsystem\n.".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> Pickle.read(ByteBuffer.wrap(global), none)).hasMessage("os.system");
  }
}
