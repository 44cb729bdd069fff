package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class GoogLeNetTest {

  private static final MomentumSgd SGD =
      new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 0);

  @BeforeAll
  static void oneThread() {
    Threads.one();
  }

  @Test
  void theNetworkHasThePublishedNumberOfParameters() {
    ComputationGraph network = new ComputationGraph(at(1000, 224).configuration(SGD, 2e-4, 1));
    network.init();

    assertThat(network.numParams()).isEqualTo(13_378_280);
  }

  @ParameterizedTest
  @CsvSource({
    "65, 3, 1",
    "66, 3, 1",
    "96, 3, 1",
    "97, 4, 1",
    "128, 4, 2",
    "224, 7, 4",
    "240, 8, 4"
  })
  void atAnySideTheMainPoolCoversTheWholeMap(long side, long lastMap, long auxiliaryMap) {
    Map<String, List<Long>> outputs =
        ModelSummary.of(at(10, (int) side)).rows().stream()
            .filter(row -> !row.type().equals("Flatten") && !row.type().equals("ReLU"))
            .collect(Collectors.toMap(ModelSummary.Row::vertex, ModelSummary.Row::output));

    assertThat(outputs)
        .containsEntry("5b", List.of(1L, 1024L, lastMap, lastMap))
        .containsEntry("avgpool", List.of(1L, 1024L, 1L, 1L))
        .containsEntry("aux1.pool", List.of(1L, 512L, auxiliaryMap, auxiliaryMap))
        .containsEntry("aux2.pool", List.of(1L, 528L, auxiliaryMap, auxiliaryMap));
  }

  @Test
  void aForwardPassAtAnOddSideGivesProbabilitiesForEachHead() {
    INDArray[] heads = initialised(at(10, 97), 1).output(images(2, 97));

    assertThat(heads).hasSize(3);
    for (INDArray probabilities : heads) {
      assertThat(probabilities.shape()).containsExactly(2, 10);
      assertThat(probabilities.sum(1).equalsWithEps(Nd4j.ones(DataType.FLOAT, 2), 1e-5)).isTrue();
    }
  }

  @Test
  void aSideWithoutRoomForTheAuxiliaryPoolIsRefused() {
    assertThatThrownBy(() -> at(10, 64))
        .isInstanceOf(ModelProblem.class)
        .hasMessageContaining("model.side: 64")
        .hasMessageContaining("65");
  }

  @Test
  void outputsComeInTheOrderMainAux1Aux2() {
    assertThat(at(10, 65).configuration(SGD, 0, 1).getNetworkOutputs())
        .containsExactly("main", "aux1", "aux2");
  }

  @Test
  void eachHeadHas1024ReluUnitsAndLayersOfItsOwn() {
    ComputationGraph network = initialised(at(10, 65), 1);

    List<Head> heads = Head.of(network.getConfiguration());
    assertThat(heads).extracting(Head::name).isEqualTo(GoogLeNet.HEADS);
    assertThat(heads)
        .extracting(Head::layers)
        .containsExactly(
            List.of("main"),
            List.of("aux1.conv", "aux1.fc1", "aux1"),
            List.of("aux2.conv", "aux2.fc1", "aux2"));
    for (Head head : heads) {
      assertThat(head.reluLayers().stream().mapToLong(layer -> units(network, layer)).sum())
          .isEqualTo(1024);
    }
    Map<String, INDArray> parameters = network.paramTable();
    assertThat(parameters.keySet().stream().filter(name -> name.startsWith("aux1")))
        .allMatch(name -> heads.get(1).layers().contains(layer(name)));
    assertThat(parameters.keySet().stream().filter(name -> name.startsWith("aux2")))
        .allMatch(name -> heads.get(2).layers().contains(layer(name)));
  }

  private static long units(ComputationGraph network, String layer) {
    return network.getParam(layer + "_b").length();
  }

  /** Of a parameter such as {@code aux1.fc1_b}. */
  private static String layer(String parameter) {
    return parameter.substring(0, parameter.lastIndexOf('_'));
  }

  @Test
  void theSameSeedGivesTheSameWeightsAndTheBiasIsTheOption() {
    GoogLeNet model =
        new GoogLeNet(10, 65, Initialisation.XAVIER, 0.2, 0.4, 0.7, LossWeights.PAPER);

    INDArray first = initialised(model, 7).params();

    assertThat(first).isEqualTo(initialised(model, 7).params());
    assertThat(first).isNotEqualTo(initialised(model, 8).params());
    assertThat(initialised(model, 7).getParam("3a.5x5_b").meanNumber().doubleValue())
        .isCloseTo(0.2, within(1e-6));
  }

  @Test
  void heWeightsHaveVarianceTwoOverFanIn() {
    INDArray weights = initialised(at(10, 65), 1).getParam("4c.3x3_W");

    assertThat(weights.stdNumber().doubleValue())
        .isCloseTo(Math.sqrt(2.0 / (128 * 9)), within(1e-3));
  }

  @Test
  void dropoutActsInTrainingOnlyAndIsRepeatableBySeed() {
    ComputationGraph network = initialised(at(10, 65), 1);
    INDArray images = images(4, 65);

    INDArray kept = network.feedForward(images, false).get("dropout");
    Map<String, INDArray> first = trainingPass(network, images, 5);

    assertThat(zeros(first.get("dropout"))).isCloseTo(0.4 + 0.6 * zeros(kept), within(0.03));
    assertThat(zeros(first.get("aux1.dropout"))).isGreaterThan(0.7);
    assertThat(trainingPass(network, images, 5).get("main")).isEqualTo(first.get("main"));
    assertThat(trainingPass(network, images, 6).get("main")).isNotEqualTo(first.get("main"));
  }

  @Test
  void aConfigurationSurvivesJson() {
    ComputationGraphConfiguration configuration = at(10, 65).configuration(SGD, 2e-4, 1);

    String json = configuration.toJson();

    assertThat(ComputationGraphConfiguration.fromJson(json)).isEqualTo(configuration);
    assertThat(ComputationGraphConfiguration.fromJson(json).toJson()).isEqualTo(json);
  }

  @Test
  void aConfigurationTellsWhichNetworkItIs() {
    GoogLeNet model =
        new GoogLeNet(10, 97, Initialisation.XAVIER, 0.2, 0.35, 0, new LossWeights(1, 0.25, 0.125));
    String json = model.configuration(SGD, 2e-4, 1).toJson();

    assertThat(GoogLeNet.of(ComputationGraphConfiguration.fromJson(json))).isEqualTo(model);
  }

  @Test
  void anotherNetworkIsNotTakenForGoogLeNet() {
    ComputationGraphConfiguration changed = at(10, 65).configuration(SGD, 0, 1);
    changed.getVertexInputs().put("aux2.pool", List.of("4c"));

    assertThatThrownBy(() -> GoogLeNet.of(changed))
        .isInstanceOf(ModelProblem.class)
        .hasMessageContaining("its graph is another");
  }

  @Test
  void imagesOfAnotherSideAreRefusedByName() {
    assertThatThrownBy(() -> initialised(at(10, 65), 1).output(images(1, 80)))
        .isInstanceOf(ModelProblem.class)
        .hasMessageContaining("[1, 3, 80, 80]")
        .hasMessageContaining("[n, 3, 65, 65]");
  }

  @Tag("slow")
  @Test
  void lossWeightsAndOptimiserSurviveDl4jsModelSerializer(@TempDir Path folder) throws Exception {
    LossWeights weights = new LossWeights(1, 0.25, 0.125);
    ComputationGraph network =
        initialised(new GoogLeNet(10, 65, Initialisation.HE, 0, 0, 0, weights), 1);
    MultiDataSet batch = batch(2, 65, 10);
    network.fit(batch);
    ModelSerializer.writeModel(network, folder.resolve("model.zip").toFile(), true);

    ComputationGraph restored =
        ModelSerializer.restoreComputationGraph(folder.resolve("model.zip").toFile(), true);

    assertThat(restored.getConfiguration()).isEqualTo(network.getConfiguration());
    assertThat(restored.params()).isEqualTo(network.params());
    network.fit(batch);
    restored.fit(batch);
    assertThat(restored.params()).isEqualTo(network.params());
  }

  private static double zeros(INDArray values) {
    return values.eq(0).castTo(DataType.DOUBLE).meanNumber().doubleValue();
  }

  private static Map<String, INDArray> trainingPass(
      ComputationGraph network, INDArray images, long seed) {
    Nd4j.getRandom().setSeed(seed);
    return network.feedForward(images, true);
  }

  private static GoogLeNet at(int classes, int side) {
    return new GoogLeNet(classes, side, Initialisation.HE, 0, 0.4, 0.7, LossWeights.PAPER);
  }

  private static ComputationGraph initialised(GoogLeNet model, long seed) {
    ComputationGraph network = new ComputationGraph(model.configuration(SGD, 2e-4, seed));
    network.init();
    return network;
  }

  private static INDArray images(int n, int side) {
    return Nd4j.rand(DataType.FLOAT, n, 3, side, side).subi(0.5);
  }

  private static MultiDataSet batch(int n, int side, int classes) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, n, classes);
    for (int i = 0; i < n; i++) {
      labels.putScalar(i, (7 * i + 3) % classes, 1);
    }
    return new MultiDataSet(
        new INDArray[] {images(n, side)}, List.of(labels, labels, labels).toArray(INDArray[]::new));
  }
}
