package org.googlenet.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.model.GoogLeNet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An exported model computes what ours does, by ONNX Runtime. */
class OnnxModelTest {

  private static final double NEAR = 1e-4;

  /** Even and odd maps at every pool, and the side that most use. */
  static List<GoogLeNet> networks() {
    return List.of(GoogLeNet.of(7, 65), GoogLeNet.of(4, 96), GoogLeNet.of(10, 224));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void eachHeadOfAnyNumberOfImagesIsOurs(GoogLeNet network) throws OrtException {
    ComputationGraphConfiguration configuration = TestWeights.configuration(network);
    float[] parameters = TestWeights.of(configuration, 1);
    int side = network.side();
    byte[] model =
        new OnnxModel(configuration, parameters, side, GoogLeNet.HEADS, new TreeMap<>()).bytes();
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

  @Test
  void theMainHeadAloneHasNoOthersParameters() throws OrtException {
    GoogLeNet network = GoogLeNet.of(3, 65);
    ComputationGraphConfiguration configuration = TestWeights.configuration(network);
    float[] parameters = TestWeights.of(configuration, 2);
    OnnxModel main =
        new OnnxModel(
            configuration, parameters, 65, List.of("main"), new TreeMap<>(Map.of("a", "b")));

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
