package org.googlenet.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.Sgd;

/** The drawn networks are the published ones. */
class ZooNetworkTest {

  /**
   * Trained parameters at side 224 and 1,000 classes as torchvision has them, or Keras for those
   * that it lacks, and the running statistics, which are parameters in DL4J.
   */
  private static final Map<ZooNetwork, Long> PARAMETERS =
      Map.of(
          ZooNetwork.ALEXNET, 61_100_840L,
          ZooNetwork.VGG16, 138_357_544L,
          ZooNetwork.SQUEEZENET, 1_235_496L,
          ZooNetwork.RESNET18, 11_689_512L + 9_600,
          ZooNetwork.RESNET50, 25_557_032L + 53_120,
          ZooNetwork.DENSENET121, 7_978_856L + 83_648,
          ZooNetwork.MOBILENET_V1, 4_231_976L + 21_888,
          ZooNetwork.MOBILENET_V2, 3_504_872L + 34_112,
          ZooNetwork.XCEPTION, 22_855_952L + 54_528,
          ZooNetwork.INCEPTION_V3, 23_834_568L + 34_432);

  @ParameterizedTest
  @MethodSource("published")
  void itHasThePublishedNumberOfParameters(ZooNetwork network) {
    assertThat(parameters(network, 224)).isEqualTo(PARAMETERS.get(network));
  }

  static Set<ZooNetwork> published() {
    return PARAMETERS.keySet();
  }

  @ParameterizedTest
  @EnumSource
  void itIsDrawnAtItsSmallestSide(ZooNetwork network) {
    NetworkSize size = NetworkSize.narrow(network.smallestSide(), 0.1);

    assertThat(network.configuration(size, new Sgd(0.1)).getNetworkOutputs()).hasSize(1);
  }

  @Test
  void imagesThatAreTooSmallAreRefused() {
    NetworkSize size = NetworkSize.narrow(74, 0.1);

    assertThatThrownBy(() -> ZooNetwork.INCEPTION_V3.configuration(size, new Sgd(0.1)))
        .hasMessage("side 74: Inception v3 takes 75 at least");
  }

  private static long parameters(ZooNetwork network, int side) {
    ComputationGraphConfiguration configuration =
        network.configuration(NetworkSize.published(side), new Sgd(0.1));
    return configuration.getVertices().values().stream()
        .filter(LayerVertex.class::isInstance)
        .map(vertex -> ((LayerVertex) vertex).getLayerConf())
        .mapToLong(layer -> layer.getLayer().initializer().numParams(layer))
        .sum();
  }
}
