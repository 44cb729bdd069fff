package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class ModelSummaryTest {

  private static final Path PUBLISHED = Path.of("src/test/resources/summary.tsv");

  @Test
  void rowsOrderAndTotalsAreThePublishedOnes() throws IOException {
    ModelSummary summary = ModelSummary.of(at(1000, 224));

    assertThat(asTsv(summary)).isEqualTo(Files.readAllLines(PUBLISHED));
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
