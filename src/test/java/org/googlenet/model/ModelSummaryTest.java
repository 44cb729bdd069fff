package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class ModelSummaryTest {

  private static final Path PUBLISHED = Path.of("src/test/resources/summary.tsv");

  @Test
  void rowsOrderAndTotalsAreThePublishedOnes() throws IOException {
    ModelSummary summary = ModelSummary.of(at(1000, 224));

    assertThat(asTsv(summary)).isEqualTo(Files.readAllLines(PUBLISHED));
  }

  /** As PaddlePaddle's {@code paddle.summary} prints an inception module of these channels. */
  @Test
  void anInceptionBlockByItselfIsSummarisedAsANetwork() {
    ModelSummary summary = ModelSummary.of(InceptionBlock.of("3a"), 224);

    assertThat(summary.rows().stream().map(ModelSummary.Row::vertex).distinct())
        .containsExactly(
            "3a.1x1",
            "3a.3x3.reduce",
            "3a.3x3",
            "3a.5x5.reduce",
            "3a.5x5",
            "3a.pool",
            "3a.pool.project");
    assertThat(summary.rows().get(0).input()).containsExactly(1L, 192L, 224L, 224L);
    assertThat(summary.totalParameters()).isEqualTo(163_696);
    assertThat(summary.toText().lines().toList())
        .endsWith(
            "input 36.75 MB, forward and backward 355.25 MB, parameters 0.62 MB, sum 392.62 MB"
                + " (batch 1, fp32)");
    assertThat(ModelSummary.of(new InceptionBlock("3a", 192, 64, 96, 128, 16, 32, 32), 224))
        .isEqualTo(summary);
  }

  @Test
  void anInceptionBlockInAGraphOfOnesOwn() {
    ComputationGraphConfiguration.GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("image")
            .setInputTypes(InputType.convolutional(8, 8, 3));
    InceptionBlock block = new InceptionBlock("mixed", 3, 4, 2, 5, 2, 3, 1);
    block.addTo(graph, "image");
    ComputationGraph network =
        new ComputationGraph(
            graph
                .addLayer("out", new OutputLayer.Builder().nOut(2).build(), "mixed")
                .setOutputs("out")
                .build());
    network.init();
    network.output(Nd4j.rand(2, 3, 8, 8));
    assertThat(network.feedForward(Nd4j.rand(2, 3, 8, 8), false).get("mixed").shape())
        .containsExactly(2, 13, 8, 8);
    assertThat(block.out()).isEqualTo(13);
  }

  @Test
  void whatIsNoBlockIsNamed() {
    assertThatThrownBy(() -> InceptionBlock.of("6a"))
        .isInstanceOf(ModelProblem.class)
        .hasMessage("inception block 6a: GoogLeNet has [3a, 3b, 4a, 4b, 4c, 4d, 4e, 5a, 5b]");
    assertThatThrownBy(() -> new InceptionBlock("odd", 3, 4, 0, 5, 2, 3, 1))
        .isInstanceOf(ModelProblem.class)
        .hasMessage("inception block odd: 0 channels: must be at least 1");
    assertThatThrownBy(() -> ModelSummary.of(InceptionBlock.of("3a"), 0))
        .isInstanceOf(ModelProblem.class)
        .hasMessage("side: 0: must be at least 1");
  }

  @Test
  void aConfigurationReadBackFromJsonGivesTheSameRows() {
    GoogLeNet model = at(10, 96);
    MomentumSgd sgd = new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 5);
    String json = model.configuration(sgd, 2e-4, 1).toJson();

    assertThat(ModelSummary.of(ComputationGraphConfiguration.fromJson(json), 96))
        .isEqualTo(ModelSummary.of(model));
  }

  @Test
  void atOtherClassesAndSidesTheTotalIsWhatDl4jCounts() {
    MomentumSgd sgd = new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 5);
    ComputationGraph network = new ComputationGraph(at(7, 130).configuration(sgd, 2e-4, 1));
    network.init();

    assertThat(ModelSummary.of(at(7, 130)).totalParameters()).isEqualTo(network.numParams());
  }

  @Test
  void theTextHasALineForEachRowAndEndsWithTheSizes() {
    ModelSummary summary = ModelSummary.of(at(1000, 224));

    String[] lines = summary.toText().split("\\R");

    assertThat(lines).hasSize(summary.rows().size() + 5);
    assertThat(lines[0]).startsWith("layer").endsWith("parameters");
    assertThat(lines[2]).matches("Conv2D-1 +conv1 +\\[1, 3, 224, 224] +\\[1, 64, 112, 112] +9,472");
    assertThat(lines[lines.length - 2]).isEqualTo("total parameters 13,378,280");
    assertThat(lines[lines.length - 1])
        .isEqualTo(
            "input 0.57 MB, forward and backward 69.75 MB, parameters 51.03 MB, sum 121.36 MB"
                + " (batch 1, fp32)");
  }

  @Test
  void theSummaryIsPlainDataForJson() throws IOException {
    ModelSummary.Row row = ModelSummary.of(at(10, 65)).rows().get(0);

    assertThat(row.name()).isEqualTo("Conv2D-1");
    assertThat(new ObjectMapper().writeValueAsString(row.output())).isEqualTo("[1,64,33,33]");
  }

  private static List<String> asTsv(ModelSummary summary) {
    List<String> lines =
        summary.rows().stream()
            .map(
                row ->
                    String.join(
                        "\t",
                        row.name(),
                        commas(row.input()),
                        commas(row.output()),
                        String.valueOf(row.parameters())))
            .collect(Collectors.toList());
    lines.add(0, "layer\tinput\toutput\tparameters");
    lines.add(
        String.format(
            Locale.ROOT,
            "# total %d; input %.2f MB, forward and backward %.2f MB, parameters %.2f MB, sum %.2f"
                + " MB (batch 1, fp32)",
            summary.totalParameters(),
            summary.inputBytes() / 0x1p20,
            summary.forwardBackwardBytes() / 0x1p20,
            summary.parameterBytes() / 0x1p20,
            summary.totalBytes() / 0x1p20));
    return lines;
  }

  private static String commas(List<Long> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static GoogLeNet at(int classes, int side) {
    return new GoogLeNet(classes, side, Initialisation.HE, 0, 0.4, 0.7, LossWeights.PAPER);
  }
}
