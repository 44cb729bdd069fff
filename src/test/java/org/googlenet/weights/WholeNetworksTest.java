package org.googlenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;
import org.googlenet.model.Variant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole networks as PyTorch, its two ONNX exporters and Caffe save them come into the places where
 * they belong, each value. The files are those that {@code make_torchvision.py} and {@code
 * make_bvlc.py} make with {@code pattern}, compressed twice; their weights follow from their names.
 */
class WholeNetworksTest {

  private static final float EPSILON = 1e-3f;

  static NetworkTensors read(String name) throws IOException {
    try (InputStream file =
            Files.newInputStream(WeightSamples.FOLDER.resolve("networks/" + name + ".gz.gz"));
        InputStream bytes = new GZIPInputStream(new GZIPInputStream(file))) {
      return WeightFile.read(bytes.readAllBytes(), name);
    }
  }

  private static ParameterLayout layout(GoogLeNet network) {
    return ParameterLayout.of(
        network.configuration(
            new MomentumSgd(0, new LearningRateSchedule.Constant(0, 0), 0), 0, 0));
  }

  /** A value of {@code by_name.py}'s pattern: of a tensor of this name and shape, at an index. */
  private static float value(String name, List<Integer> shape, int index) {
    if (name.endsWith("running_var") || name.endsWith("bn.weight")) {
      return name.endsWith("var") ? 0.999f : 1;
    }
    CRC32 seed = new CRC32();
    seed.update(name.getBytes(StandardCharsets.UTF_8));
    double unit = ((index % 251 + seed.getValue()) % 251 - 125) / 128.0;
    double inputs = Tensor.count(shape) / (double) Math.max(1, shape.get(0));
    return (float) (shape.size() > 1 ? unit * Math.sqrt(6 / inputs) : unit / 8);
  }

  private static float[] values(String name, List<Integer> shape) {
    float[] values = new float[(int) Tensor.count(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(name, shape, i);
    }
    return values;
  }

  private static void assertSame(NetworkTensors tensors, ParameterNames names, GoogLeNet network) {
    ParameterLayout layout = layout(network);
    float[] flat = new float[layout.length()];
    Fitting fitting = Fitting.of(tensors, layout, flat, List.of());
    assertThat(fitting.lines()).isEmpty();
    Map<String, Tensor> theirs = NetworkTensors.of("flat", layout, flat, Map.of()).as(names);
    assertThat(theirs).hasSize(layout.entries().size());
    theirs.forEach(
        (name, tensor) ->
            assertThat(tensor.values()).as(name).isEqualTo(values(name, tensor.shape())));
  }

  @Test
  void theStateDictOfTorchvision() throws IOException {
    NetworkTensors tensors = read("torchvision.pth");
    GoogLeNet network = DetectedNetwork.of(tensors, Optional.empty(), Optional.empty());
    assertThat(network).isEqualTo(GoogLeNet.of(Variant.BATCHNORM, 3, 224));
    assertSame(tensors, ParameterNames.TORCHVISION, network);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"bvlc.caffemodel", "bvlc-old.caffemodel"})
  void theBlobsOfCaffe(String name) throws IOException {
    NetworkTensors tensors = read(name);
    GoogLeNet network = DetectedNetwork.of(tensors, Optional.empty(), Optional.empty());
    assertThat(network).isEqualTo(GoogLeNet.of(Variant.LRN, 3, 224));
    assertSame(tensors, ParameterNames.CAFFE, network);
  }

  /**
   * An exporter may fold a batch normalisation, so what counts is what convolution and
   * normalisation do together.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"torchvision-folded.onnx", "torchvision-unfolded.onnx", "torchvision-dynamo.onnx"})
  void theGraphOfAnOnnxExporter(String name) throws IOException {
    NetworkTensors tensors = read(name);
    GoogLeNet network = DetectedNetwork.of(tensors, Optional.empty(), Optional.empty());
    assertThat(network).isEqualTo(GoogLeNet.of(Variant.BATCHNORM, 3, 224));
    ParameterLayout layout = layout(network);
    float[] flat = new float[layout.length()];
    Fitting fitting = Fitting.of(tensors, layout, flat, List.of("auxiliary"));
    assertThat(fitting.lines()).isEmpty();
    Map<String, Tensor> own = NetworkTensors.of("flat", layout, flat, Map.of()).tensors();
    int convolutions = 0;
    for (Entry entry : layout.entries()) {
      if (entry.parameter().equals("gamma") && !entry.vertex().startsWith("aux")) {
        assertSameEffect(own, entry.vertex().replaceFirst("[.]bn$", ""));
        convolutions++;
      }
    }
    assertThat(convolutions).isEqualTo(57);
    assertThat(own.get("main_W").transposed().values())
        .isEqualTo(values("fc.weight", List.of(3, 1024)));
    assertThat(own.get("main_b").values()).isEqualTo(values("fc.bias", List.of(3)));
  }

  private static void assertSameEffect(Map<String, Tensor> own, String convolution) {
    String module =
        ParameterNames.TORCHVISION
            .theirs(convolution + "_W")
            .orElseThrow()
            .replace(".conv.weight", "");
    Tensor weight = own.get(convolution + "_W");
    float[] found = weight.values();
    float[] wanted = values(module + ".conv.weight", weight.shape());
    int channels = weight.shape().get(0);
    int filter = found.length / channels;
    float[][] normalisation = new float[4][];
    float[][] theirs = new float[4][];
    List<String> parts = List.of("gamma", "beta", "mean", "var");
    List<String> torch = List.of("weight", "bias", "running_mean", "running_var");
    for (int i = 0; i < 4; i++) {
      normalisation[i] = own.get(convolution + ".bn_" + parts.get(i)).values();
      theirs[i] = values(module + ".bn." + torch.get(i), List.of(channels));
    }
    for (int channel = 0; channel < channels; channel++) {
      double scale = scale(normalisation, channel);
      double theirScale = scale(theirs, channel);
      assertThat(shift(normalisation, channel))
          .as(convolution)
          .isCloseTo(shift(theirs, channel), within(1e-6));
      for (int i = channel * filter; i < (channel + 1) * filter; i++) {
        if (Math.abs(found[i] * scale - wanted[i] * theirScale) > 1e-6) {
          assertThat(found[i] * scale).as(convolution + " " + i).isEqualTo(wanted[i] * theirScale);
        }
      }
    }
  }

  private static double scale(float[][] normalisation, int channel) {
    return normalisation[0][channel] / Math.sqrt(normalisation[3][channel] + EPSILON);
  }

  private static double shift(float[][] normalisation, int channel) {
    return normalisation[1][channel] - normalisation[2][channel] * scale(normalisation, channel);
  }
}
