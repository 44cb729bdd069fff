package org.googlenet.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.data.image.Alpha;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.Interpolation;
import org.googlenet.data.image.Normalisation;
import org.googlenet.data.image.Resize;
import org.googlenet.engine.NativeThreads;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Variant;
import org.googlenet.weights.WeightFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An exported model computes what ours does, by ONNX Runtime. */
class OnnxModelTest {

  private static final double NEAR = 1e-4;

  @BeforeAll
  static void oneThread() {
    NativeThreads.use(1);
  }

  /** Small ones, with odd and even maps. */
  static Stream<GoogLeNet> networks() {
    return Stream.of(
        GoogLeNet.of(Variant.PLAIN, 7, 65),
        GoogLeNet.of(Variant.LRN, 7, 65),
        GoogLeNet.of(Variant.BATCHNORM, 7, 96));
  }

  /** Other maps at each pool, and windows of auxiliary pools that are alike and that are not. */
  static Stream<GoogLeNet> larger() {
    return Stream.of(Variant.values())
        .flatMap(variant -> Stream.of(96, 112, 224).map(side -> GoogLeNet.of(variant, 7, side)));
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("larger")
  void soItIsAtOtherSides(GoogLeNet network) throws OrtException {
    eachHeadOfAnyNumberOfImagesIsOurs(network);
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"size, 3", "alpha, 2e-5", "alpha, 5e-4", "beta, 0.5", "bias, 2", "none, 0"})
  void anImportSaysIfResponsesAreNormalisedByOtherNumbers(String attribute, float value)
      throws IOException {
    ComputationGraphConfiguration configuration =
        TestWeights.configuration(GoogLeNet.of(Variant.LRN, 2, 65));
    byte[] own =
        new OnnxModel(
                configuration,
                TestWeights.of(configuration, 1),
                65,
                GoogLeNet.HEADS,
                Optional.empty(),
                new TreeMap<>())
            .bytes();
    ModelProto.Builder model = ModelProto.parseFrom(own).toBuilder();
    for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
      if (node.getName().equals("norm2")) {
        assertThat(node.getOpType()).isEqualTo("LRN");
        node.getAttributeBuilderList().stream()
            .filter(each -> each.getName().equals(attribute))
            .forEach(each -> each.setF(value).setI((long) value));
      }
    }
    List<String> notes = WeightFile.read(model.build().toByteArray(), "lrn.onnx").notes();
    if (attribute.equals("none")) {
      assertThat(notes).noneMatch(note -> note.contains("normalises"));
    } else {
      assertThat(notes).anyMatch(note -> note.contains("by other numbers (LRN norm2)"));
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("networks")
  void eachHeadOfAnyNumberOfImagesIsOurs(GoogLeNet network) throws OrtException {
    ComputationGraphConfiguration configuration = TestWeights.configuration(network);
    float[] parameters = TestWeights.of(configuration, 1);
    int side = network.side();
    byte[] model =
        new OnnxModel(
                configuration, parameters, side, GoogLeNet.HEADS, Optional.empty(), new TreeMap<>())
            .bytes();
    try (OnnxRuntime runtime = new OnnxRuntime(model)) {
      assertThat(runtime.inputs()).containsExactly("input");
      assertThat(runtime.outputs())
          .containsExactly(
              "logits",
              "probabilities",
              "aux1_logits",
              "aux1_probabilities",
              "aux2_logits",
              "aux2_probabilities");
      for (int n : new int[] {1, 5}) {
        float[] images = TestWeights.images(n, side, n);
        Map<String, INDArray> ours = ours(configuration, parameters, images, n, side);
        ours.forEach(
            (output, values) -> {
              try {
                assertNear(runtime.run(output, images, n, 3, side, side), values, output);
              } catch (OrtException e) {
                throw new AssertionError(output, e);
              }
            });
      }
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource(Normalisation.Channels.class)
  void bytesAreCutAndNormalisedAsOurDecoderDoes(Normalisation.Channels channels) throws Exception {
    int side = 65;
    Normalisation normalisation =
        new Normalisation(channels, List.of(120.0, 110.5, 100.0), List.of(1.0, 58.5, 60.0));
    ComputationGraphConfiguration configuration = TestWeights.configuration(GoogLeNet.of(3, side));
    float[] parameters = TestWeights.of(configuration, 3);
    OnnxModel bare =
        new OnnxModel(
            configuration, parameters, side, List.of("main"), Optional.empty(), new TreeMap<>());
    OnnxModel whole =
        new OnnxModel(
            configuration,
            parameters,
            side,
            List.of("main"),
            Optional.of(normalisation),
            new TreeMap<>());
    try (OnnxRuntime ofInput = new OnnxRuntime(bare.bytes());
        OnnxRuntime ofBytes = new OnnxRuntime(whole.bytes())) {
      assertThat(ofBytes.inputs()).containsExactly("image");
      for (int[] size : new int[][] {{65, 65}, {66, 68}, {70, 71}}) {
        byte[] pixels = TestWeights.bytes(size[0] * size[1] * 3, 5);
        float[] input = decoded(pixels, size[0], size[1], side, normalisation);

        float[][] expected = ofInput.run("logits", input, 1, 3, side, side);
        float[][] found = ofBytes.run("logits", pixels, 1, size[0], size[1], 3);

        for (int i = 0; i < 3; i++) {
          assertThat((double) found[0][i])
              .as("%s of %d x %d", channels, size[0], size[1])
              .isCloseTo(expected[0][i], within(NEAR * Math.max(1, Math.abs(expected[0][i]))));
        }
      }
    }
  }

  /** What our decoder makes of an image that has its size already. */
  private static float[] decoded(
      byte[] pixels, int height, int width, int side, Normalisation normalisation)
      throws Exception {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      int red = pixels[3 * i] & 0xFF;
      int green = pixels[3 * i + 1] & 0xFF;
      int blue = pixels[3 * i + 2] & 0xFF;
      image.setRGB(i % width, i / width, red << 16 | green << 8 | blue);
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    Decoding decoding =
        new Decoding(
            new Augmentation(Augmentation.Kind.CAFFE),
            Alpha.IGNORE,
            1,
            new Resize(Math.min(height, width), Resize.AspectRatio.KEEP),
            Interpolation.BILINEAR,
            normalisation);
    float[] input = new float[3 * side * side];
    new Decoder(side, decoding, false).decode(png.toByteArray(), 0, input, 0);
    return input;
  }

  @Test
  void theMainHeadAloneHasNoOthersParameters() throws OrtException {
    GoogLeNet network = GoogLeNet.of(3, 65);
    ComputationGraphConfiguration configuration = TestWeights.configuration(network);
    float[] parameters = TestWeights.of(configuration, 2);
    OnnxModel main =
        new OnnxModel(
            configuration,
            parameters,
            65,
            List.of("main"),
            Optional.empty(),
            new TreeMap<>(Map.of("a", "b")));

    byte[] model = main.bytes();

    assertThat(model).hasSizeLessThan(4 * 6_100_000).isEqualTo(main.bytes());
    try (OnnxRuntime runtime = new OnnxRuntime(model)) {
      assertThat(runtime.outputs()).containsExactly("logits", "probabilities");
      assertThat(runtime.metadata()).containsExactly(Map.entry("a", "b"));
    }
  }

  private static void assertNear(float[][] found, INDArray expected, String output) {
    assertThat(found).hasDimensions((int) expected.size(0), (int) expected.size(1));
    for (int i = 0; i < found.length; i++) {
      for (int j = 0; j < found[i].length; j++) {
        assertThat((double) found[i][j])
            .as("%s of image %d, class %d", output, i, j)
            .isCloseTo(expected.getDouble(i, j), within(NEAR));
      }
    }
  }

  /** What DL4J gives, by the outputs' names of ONNX. */
  private static Map<String, INDArray> ours(
      ComputationGraphConfiguration configuration,
      float[] parameters,
      float[] images,
      int n,
      int side) {
    ComputationGraph network = new ComputationGraph(configuration.clone());
    network.init(Nd4j.create(parameters, new long[] {1, parameters.length}, 'c'), false);
    INDArray input = Nd4j.create(images, new long[] {n, 3, side, side}, 'c');
    Map<String, INDArray> maps = network.feedForward(input, false);
    Map<String, INDArray> outputs = new TreeMap<>();
    for (String head : GoogLeNet.HEADS) {
      String prefix = head.equals("main") ? "" : head + "_";
      INDArray features = maps.get(configuration.getVertexInputs().get(head).get(0));
      outputs.put(
          prefix + "logits",
          features.mmul(network.getParam(head + "_W")).addRowVector(network.getParam(head + "_b")));
      outputs.put(prefix + "probabilities", maps.get(head));
    }
    return outputs;
  }
}
