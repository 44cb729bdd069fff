package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.model.ParameterLayout.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of layers, and networks whose layers are not all trained alike. */
class LayerTrainingTest {

  private static final LearningRateSchedule RATE =
      new LearningRateSchedule.Polynomial(0.5, 1, 10, 0);

  private static ComputationGraphConfiguration network() {
    return GoogLeNet.of(3, GoogLeNet.SMALLEST_SIDE)
        .configuration(new MomentumSgd(0.9, RATE, 5), 2e-4, 7);
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void everyParameterBelongsToOneLayerOfThePartsAndEveryLayerHasSome(Variant variant) {
    Set<String> vertices = new LinkedHashSet<>();
    ComputationGraphConfiguration network =
        GoogLeNet.of(variant, 3, GoogLeNet.SMALLEST_SIDE)
            .configuration(new MomentumSgd(0.9, RATE, 5), 2e-4, 7);
    ParameterLayout.of(network).entries().stream()
        .map(entry -> Parts.layer(entry.vertex()))
        .forEach(vertices::add);
    assertThat(vertices).containsExactlyInAnyOrderElementsOf(Parts.layers());
    assertThat(
            List.of(
                    "stem", "3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b", "main", "aux1",
                    "aux2")
                .stream()
                .flatMap(part -> Parts.layers(part).stream()))
        .as("layers of all parts")
        .containsExactlyElementsOf(Parts.layers());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stem | conv1 conv2 conv3",
        "stem..stem | conv1 conv2 conv3",
        "3a.3x3 | 3a.3x3",
        "aux2 | aux2.conv aux2.fc1 aux2",
        "main | main",
        "5b..5b | 5b.1x1 5b.3x3.reduce 5b.3x3 5b.5x5.reduce 5b.5x5 5b.pool.project"
      })
  void aNameStandsForItsLayers(String name, String layers) {
    assertThat(Parts.layers(name)).containsExactly(layers.split(" "));
  }

  @Test
  void aRunHasBothEndsAndAllBetween() {
    assertThat(Parts.layers("classifiers")).containsExactly("main", "aux1", "aux2");
    assertThat(Parts.layers("auxiliary")).hasSize(6).contains("aux2.conv", "aux1");
    assertThat(Parts.layers("4e..5b")).hasSize(18).contains("4e.1x1", "5a.5x5", "5b.pool.project");
    assertThat(Parts.layers("stem..4e")).hasSize(3 + 7 * 6).doesNotContain("aux1.conv");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "6a", "4e..stem", "stem..", "..4e", "stem..main", "3a.pool", "3a.9x9", "a..b"})
  void aNameThatDoesNotExistIsRefusedWithThoseThatDo(String name) {
    assertThatThrownBy(() -> Parts.layers(name))
        .isInstanceOf(ModelProblem.class)
        .hasMessageStartingWith(name + ": must be one of stem, 3a, 3b, ")
        .hasMessageContainingAll("aux2", "stem..4e", "3a.1x1")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    assertThatThrownBy(() -> Parts.layers("3b.9x9")).hasMessageContaining("3b.pool.project");
  }

  @Test
  void placesAndFirstValuesOfParametersStayThoseOfTheNetwork() {
    ComputationGraphConfiguration network = network();
    String before = network.toJson();
    ComputationGraphConfiguration changed =
        new LayerTraining(Parts.layers("stem..4e"), Map.of("main", 10.0)).in(network);

    assertThat(network.toJson()).as("the given configuration").isEqualTo(before);
    List<Entry> expected = ParameterLayout.of(network).entries();
    assertThat(ParameterLayout.of(changed).entries())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("trained")
        .isEqualTo(expected);
    assertThat(values(changed)).isEqualTo(values(network));
  }

  private static float[] values(ComputationGraphConfiguration configuration) {
    ComputationGraph network =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration.toJson()));
    network.init();
    return network.params().data().asFloat();
  }

  @Test
  void whatIsFrozenIsNotTrainedAndHasNoDecay() {
    ComputationGraphConfiguration changed =
        LayerTraining.freezing(Set.of("conv2", "aux1")).in(network());
    assertThat(ParameterLayout.of(changed).entries())
        .allSatisfy(
            entry ->
                assertThat(entry.trained())
                    .as(entry.name())
                    .isEqualTo(!Set.of("conv2", "aux1").contains(entry.vertex())));
    assertThat(layer(changed, "conv2").getRegularization()).isEmpty();
    assertThat(layer(changed, "conv3").getRegularization()).hasSize(1);
  }

  @Test
  void aBatchNormalisationGoesWithItsLayerUnlessItIsNamedItself() {
    ComputationGraphConfiguration network =
        GoogLeNet.of(Variant.BATCHNORM, 3, 65).configuration(new MomentumSgd(0.9, RATE, 0), 0, 1);
    ComputationGraphConfiguration changed =
        new LayerTraining(Set.of("conv2.bn"), Map.of("conv2", 2.0, "conv3.bn", 3.0)).in(network);

    assertThat(layer(changed, "conv2.bn")).isInstanceOf(FrozenNormalisation.class);
    assertThat(rate(changed, "conv2", "W", 7)).isEqualTo(2 * RATE.at(7));
    assertThat(rate(changed, "conv3.bn", "gamma", 7)).isEqualTo(3 * RATE.at(7));
    assertThat(rate(changed, "conv3", "W", 7)).isEqualTo(RATE.at(7));
    ParameterLayout layout = ParameterLayout.of(network);
    assertThat(layout.of(Set.of("conv2.bn")))
        .containsExactlyElementsOf(layout.of("conv2.bn").stream().map(Entry::range).toList())
        .isNotEmpty();
  }

  @Test
  void aRateIsTheSchedulesTimesTheFactorAtEveryStep() {
    ComputationGraphConfiguration changed =
        new LayerTraining(Set.of(), Map.of("main", 10.0, "conv1", 0.5)).in(network());
    for (int step = 0; step < 12; step++) {
      assertThat(rate(changed, "conv3", step)).isEqualTo(RATE.at(step));
      assertThat(rate(changed, "main", step)).isEqualTo(10 * RATE.at(step));
      assertThat(rate(changed, "conv1", step)).isEqualTo(0.5 * RATE.at(step));
    }
    assertThat(GlobalNormClipping.of(changed)).isPresent();
  }

  private static double rate(ComputationGraphConfiguration configuration, String layer, int step) {
    return rate(configuration, layer, "b", step);
  }

  private static double rate(
      ComputationGraphConfiguration configuration, String layer, String parameter, int step) {
    return layer(configuration, layer).getUpdaterByParam(parameter).getLearningRate(step, 0);
  }

  private static BaseLayer layer(ComputationGraphConfiguration configuration, String name) {
    return (BaseLayer)
        ((LayerVertex) configuration.getVertices().get(name)).getLayerConf().getLayer();
  }

  @Test
  void schedulesOfEachKindCanBeMultiplied() {
    for (LearningRateSchedule schedule :
        List.of(
            new LearningRateSchedule.Constant(0.3, 4),
            new LearningRateSchedule.Step(0.3, 3, 0.5, 4),
            new LearningRateSchedule.Polynomial(0.3, 0.5, 20, 4),
            new LearningRateSchedule.Cosine(0.3, 20, 0.1, 4))) {
      for (int step = 0; step < 25; step++) {
        assertThat(schedule.times(4).at(step)).isEqualTo(4 * schedule.at(step));
      }
    }
  }

  @Test
  void whatCannotBeTrainedLikeThatIsRefused() {
    assertThatThrownBy(() -> LayerTraining.freezing(Set.of("pool1")).in(network()))
        .isInstanceOf(ModelProblem.class)
        .hasMessage("pool1: the network has no layer of this name with parameters");
    assertThatThrownBy(() -> new LayerTraining(Set.of(), Map.of("main", 0.0)))
        .isInstanceOf(ModelProblem.class)
        .hasMessageContainingAll("main: 0.0", "freeze");
  }
}
