package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What the variants are, as graphs: sizes, names, maps at any side, and how one is recognised. */
class VariantTest {

  private static final MomentumSgd SGD =
      new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 0);

  @BeforeAll
  static void oneThread() {
    Threads.one();
  }

  /** Torchvision's count is that of its parameters with auxiliary heads; buffers are the state. */
  @ParameterizedTest
  @CsvSource({"PLAIN, 13378280, 0", "LRN, 13378280, 0", "BATCHNORM, 13004888, 15072"})
  void eachVariantHasItsPublishedNumberOfParameters(Variant variant, long parameters, long state) {
    ModelSummary summary = ModelSummary.of(GoogLeNet.of(variant, 1000, 224));

    assertThat(summary.totalParameters()).isEqualTo(parameters);
    assertThat(summary.totalState()).isEqualTo(state);
    ParameterLayout layout =
        ParameterLayout.of(GoogLeNet.of(variant, 1000, 224).configuration(SGD, 0, 1));
    assertThat(layout.length()).isEqualTo(parameters + state);
    assertThat(layout.trained().stream().mapToLong(ParameterLayout.Range::length).sum())
        .isEqualTo(parameters);
  }

  /** SHA-256 of the configurations that version 0.1.0 wrote. */
  @ParameterizedTest
  @CsvSource({
    "65, 37f67bdb23e90a6307879403e0410146c7186b929686fd4de6b05b19c1591500",
    "96, d87c300653443d8c54f7eb50b508e1af81080e86a7636cfc91386db1b8db9c43",
    "97, bc4170d2901e38da9a62058583dc5784a77d39b3da2f49d7340f2dec83a02169",
    "112, dfc94b807b0baae9e5dc052308e2be824280c4a8a22e3c6124642c9d52a6e5bd",
    "224, e113f5b41cc7d3d0231eaa10f63f5d32aa72e6a6fb09f72a1a0ed31576406955",
    "299, 76419ddd2d1171516d4bc802a9b1b275cead3ec80cb78e77ca66de5a6c05f44b"
  })
  void plainIsStillTheSameNetworkAtEachSide(int side, String sha256) throws Exception {
    String json = GoogLeNet.of(10, side).configuration(SGD, 2e-4, 7).toJson();

    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(sha256);
  }

  @Test
  void mapsAreThoseOfTheirAuthorsAt224() {
    assertThat(side(Variant.LRN, 224, "pool1")).isEqualTo(56);
    assertThat(side(Variant.LRN, 224, "norm2")).isEqualTo(56);
    for (Variant variant : Variant.values()) {
      assertThat(side(variant, 224, "pool2")).isEqualTo(28);
      assertThat(side(variant, 224, "4a")).isEqualTo(14);
      assertThat(side(variant, 224, "5b")).isEqualTo(7);
      assertThat(side(variant, 224, "aux1.pool")).isEqualTo(4);
      assertThat(side(variant, 224, "avgpool")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LRN", "BATCHNORM"})
  void mapsAtAnySideAreThoseOfPyTorchsCeilMode(Variant variant) {
    for (int side = 65; side <= 300; side++) {
      Map<String, Long> sides = sides(variant, side);
      long map = (side + 2L * 3 - 7) / 2 + 1;
      for (String pool : List.of("pool1", "pool2", "pool3", "pool4")) {
        int kernel = variant == Variant.BATCHNORM && pool.equals("pool4") ? 2 : 3;
        map = pyTorchsPool(map, kernel, 2);
        assertThat(sides.get(pool)).as("%s of side %d", pool, side).isEqualTo(map);
      }
      long middle = sides.get("4a");
      assertThat(sides.get("aux2.pool"))
          .as("auxiliary pool of side %d", side)
          .isEqualTo(variant == Variant.LRN ? pyTorchsPool(middle, 5, 3) : 4);
    }
  }

  /** {@code pooling_output_shape} of PyTorch's ATen/native/Pool.h, in ceil mode without padding. */
  private static long pyTorchsPool(long side, int kernel, int stride) {
    long windows = (long) Math.ceil((side - kernel) / (double) stride) + 1;
    return (windows - 1) * stride >= side ? windows - 1 : windows;
  }

  private static long side(Variant variant, int side, String vertex) {
    return sides(variant, side).get(vertex);
  }

  private static Map<String, Long> sides(Variant variant, int side) {
    return ModelSummary.of(GoogLeNet.of(variant, 10, side)).rows().stream()
        .filter(row -> row.output().size() == 4)
        .collect(
            Collectors.toMap(
                ModelSummary.Row::vertex, row -> row.output().get(3), (first, same) -> first));
  }

  @Tag("slow")
  @Test
  void aCeilModePoolTakesTheWindowsThatBeginInsideTheMap() {
    for (Variant variant : List.of(Variant.LRN, Variant.BATCHNORM)) {
      for (int side : new int[] {65, 67, 96, 99}) {
        ComputationGraph network = network(variant, side);
        Map<String, INDArray> results = network.feedForward(images(1, side), false);
        String before = variant == Variant.LRN ? "conv1" : "conv1.relu";
        assertThat(results.get("pool1")).isEqualTo(pooled(results.get(before), 3));
        assertThat(results.get("pool4"))
            .isEqualTo(pooled(results.get("4e"), variant == Variant.LRN ? 3 : 2));
      }
    }
  }

  /** The largest value of each window that begins at an even position, cut off at the border. */
  private static INDArray pooled(INDArray maps, int kernel) {
    int side = (int) maps.size(2);
    int windows = (int) pyTorchsPool(side, kernel, 2);
    INDArray pooled = Nd4j.create(DataType.FLOAT, 1, maps.size(1), windows, windows);
    for (int channel = 0; channel < maps.size(1); channel++) {
      for (int y = 0; y < windows; y++) {
        for (int x = 0; x < windows; x++) {
          float most = Float.NEGATIVE_INFINITY;
          for (int row = 2 * y; row < Math.min(2 * y + kernel, side); row++) {
            for (int column = 2 * x; column < Math.min(2 * x + kernel, side); column++) {
              most = Math.max(most, maps.getFloat(0, channel, row, column));
            }
          }
          pooled.putScalar(new int[] {0, channel, y, x}, most);
        }
      }
    }
    return pooled;
  }

  @Test
  void namesAreThoseOfThePlainNetworkAndSomeMore() {
    List<String> plain = List.copyOf(vertices(Variant.PLAIN));

    assertThat(vertices(Variant.LRN)).containsAll(plain).hasSize(plain.size() + 2);
    assertThat(vertices(Variant.LRN)).contains("norm1", "norm2");
    assertThat(vertices(Variant.BATCHNORM)).containsAll(plain).hasSize(plain.size() + 2 * 59);
    assertThat(ParameterLayout.of(configuration(Variant.BATCHNORM)).entries())
        .extracting(ParameterLayout.Entry::name)
        .contains("3a.5x5_W", "3a.5x5.bn_gamma", "3a.5x5.bn_beta")
        .contains("3a.5x5.bn_mean", "3a.5x5.bn_var", "aux1.conv.bn_var", "aux1.fc1_b")
        .doesNotContain("3a.5x5_b", "aux1.conv_b");
  }

  private static List<String> vertices(Variant variant) {
    return List.copyOf(configuration(variant).getVertices().keySet());
  }

  @ParameterizedTest
  @EnumSource
  void aConfigurationSurvivesJsonAndTellsItsVariant(Variant variant) {
    for (int side : new int[] {65, 97, 224}) {
      GoogLeNet model = GoogLeNet.of(variant, 10, side).withInitialisation(Initialisation.HE, 0.2);
      ComputationGraphConfiguration configuration = model.configuration(SGD, 2e-4, 1);
      String json = configuration.toJson();

      ComputationGraphConfiguration read =
          ConfigurationJson.parse(json.getBytes(StandardCharsets.UTF_8), "test");

      assertThat(read).isEqualTo(configuration);
      assertThat(read.toJson()).isEqualTo(json);
      assertThat(ParameterLayout.of(read)).isEqualTo(ParameterLayout.of(configuration));
      assertThat(GoogLeNet.of(read)).isEqualTo(model);
    }
  }

  @Test
  void theUsualDropoutIsThatOfItsAuthors() {
    assertThat(GoogLeNet.of(Variant.LRN, 10, 65).dropoutMain()).isEqualTo(0.4);
    assertThat(GoogLeNet.of(Variant.BATCHNORM, 10, 65).dropoutMain()).isEqualTo(0.2);
    assertThat(GoogLeNet.of(Variant.BATCHNORM, 10, 65).dropoutAux()).isEqualTo(0.7);
  }

  @Test
  void aSideWithoutRoomIsRefused() {
    for (Variant variant : Variant.values()) {
      assertThatThrownBy(() -> GoogLeNet.of(variant, 10, 64))
          .isInstanceOf(ModelProblem.class)
          .hasMessageContaining("model.side: 64");
    }
  }

  private static ComputationGraphConfiguration configuration(Variant variant) {
    return GoogLeNet.of(variant, 10, 65).configuration(SGD, 2e-4, 1);
  }

  private static ComputationGraph network(Variant variant, int side) {
    ComputationGraph network =
        new ComputationGraph(GoogLeNet.of(variant, 3, side).configuration(SGD, 2e-4, 1));
    network.init();
    return network;
  }

  private static INDArray images(int n, int side) {
    return Nd4j.rand(DataType.FLOAT, n, 3, side, side).subi(0.5);
  }
}
