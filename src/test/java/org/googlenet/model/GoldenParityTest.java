package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Holds the network to numbers of another framework: forward pass, losses, every gradient, and five
 * steps of training through DL4J's own {@code fit}.
 */
class GoldenParityTest {

  private static final double[] GENTLE_ROWS = {1e-5, 5e-4, 2e-3, 5e-3, 1e-2, 3e-2};

  /** How many rows of a trajectory, and how closely, correct fp32 runs agree with float64. */
  private static final Map<String, double[]> ROWS =
      Map.of(
          "lr0.001", GENTLE_ROWS,
          "lr0.001_wd0.5", GENTLE_ROWS,
          "lr0.01", new double[] {1e-5, 1e-3});

  static List<Golden> goldens() throws IOException {
    return Golden.all();
  }

  @BeforeAll
  static void oneThread() {
    Threads.one();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void theForwardPassAgreesAtEveryStage(Golden golden) {
    ComputationGraph network = network(golden, 0, 0);
    Deviations deviations = new Deviations();

    Map<String, INDArray> maps = network.feedForward(golden.data().getFeatures()[0], false);

    golden
        .expected()
        .get("stages")
        .fields()
        .forEachRemaining(
            stage -> compareStage(stage.getKey(), maps, stage.getValue(), deviations));
    for (String head : GoogLeNet.HEADS) {
      String before = head.equals("main") ? "dropout" : head + ".dropout";
      INDArray logits =
          maps.get(before)
              .mmul(network.getParam(head + "_W"))
              .addRowVector(network.getParam(head + "_b"));
      compareLogits(head, logits, golden.expected().get("logits").get(head), deviations);
    }
    hold(golden, deviations);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void lossesAndEveryGradientAgree(Golden golden) {
    ComputationGraph network = network(golden, 0, 0);
    MultiDataSet data = golden.data();
    Deviations deviations = new Deviations();

    network.setInputs(data.getFeatures());
    network.setLabels(data.getLabels());
    network.computeGradientAndScore();

    JsonNode losses = golden.expected().get("loss");
    for (Map.Entry<String, Double> loss : losses(network).entrySet()) {
      String head = loss.getKey();
      deviations.note("loss", head, loss.getValue() - losses.get(head).asDouble(), 1e-5);
    }
    Gradient gradient = network.gradient();
    for (Golden.Tensor tensor : golden.tensors()) {
      float[] sums = Golden.inFileLayout(tensor, gradient.getGradientFor(tensor.parameter()));
      compareGradient(tensor.name(), mean(sums, golden.batch()), golden, deviations);
    }
    hold(golden, deviations);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void fiveStepsOfTrainingAgreeWithDecayOnWeightsOnly(Golden golden) {
    Deviations deviations = new Deviations();
    golden
        .expected()
        .get("trajectories")
        .fields()
        .forEachRemaining(
            trajectory -> {
              assertThat(ROWS).containsKey(trajectory.getKey());
              compareTrajectory(golden, trajectory.getKey(), trajectory.getValue(), deviations);
            });
    hold(golden, deviations);
  }

  private static void compareStage(
      String name, Map<String, INDArray> maps, JsonNode expected, Deviations deviations) {
    float[] values = maps.get(name).dup('c').data().asFloat();
    double l2 = expected.get("l2").asDouble();
    double rms = l2 / Math.sqrt(values.length);
    deviations.note("stage l2", name, l2(values) / l2 - 1, 1e-5);
    for (int j = 0; j < 16; j++) {
      int at = (int) ((j * 1000003L + 12345) % values.length);
      double difference = values[at] - expected.get("probe16").get(j).asDouble();
      deviations.note("stage probe", name, difference / rms, 1e-4);
    }
    for (int j = 0; j < 8; j++) {
      double difference = values[j] - expected.get("first8").get(j).asDouble();
      deviations.note("stage probe", name, difference / rms, 1e-4);
    }
  }

  private static void compareLogits(
      String head, INDArray logits, JsonNode expected, Deviations deviations) {
    float[] values = logits.dup('c').data().asFloat();
    double l2 = expected.get("l2").asDouble();
    deviations.note("logits l2", head, l2(values) / l2 - 1, 1e-5);
    double squares = 0;
    double reference = 0;
    for (int n = 0; n < logits.size(0); n++) {
      JsonNode row = expected.get("first16").get(n);
      for (int j = 0; j < row.size(); j++) {
        double difference = logits.getDouble(n, j) - row.get(j).asDouble();
        deviations.note("logits abs", head, difference, 1e-4);
        squares += difference * difference;
        reference += row.get(j).asDouble() * row.get(j).asDouble();
      }
    }
    deviations.note("logits rel", head, Math.sqrt(squares / reference), 1e-5);
  }

  private static void compareGradient(
      String name, float[] gradient, Golden golden, Deviations deviations) {
    JsonNode expected = golden.expected().get("grads").get(name);
    deviations.note("gradient l2", name, l2(gradient) / expected.get("l2").asDouble() - 1, 5e-3);
    for (int i = 0; i < 4; i++) {
      double difference = gradient[i] - expected.get("first4").get(i).asDouble();
      deviations.note("gradient first4", name, difference / expected.get("max").asDouble(), 1e-2);
    }
  }

  private static void compareTrajectory(
      Golden golden, String name, JsonNode expected, Deviations deviations) {
    double[] limits = ROWS.get(name);
    ComputationGraph network =
        network(golden, expected.get("lr").asDouble(), expected.get("weight_decay").asDouble());
    MultiDataSet data = golden.data();
    for (int step = 0; step < limits.length - 1; step++) {
      network.fit(data);
      compareRow(name, step, network, expected, limits[step], deviations);
    }
    int last = limits.length - 1;
    network.score(data, false);
    compareRow(name, last, network, expected, limits[last], deviations);
    if (last == expected.get("rows").size() - 1) {
      compareUpdates(golden, name, network, expected.get("update_l2"), deviations);
    }
  }

  private static void compareRow(
      String name,
      int row,
      ComputationGraph network,
      JsonNode expected,
      double limit,
      Deviations deviations) {
    Map<String, Double> losses = losses(network);
    for (int column = 0; column < expected.get("columns").size(); column++) {
      String head = expected.get("columns").get(column).asText();
      double difference = losses.get(head) - expected.get("rows").get(row).get(column).asDouble();
      deviations.note(name + " row " + row, head, difference, limit);
    }
  }

  private static void compareUpdates(
      Golden golden,
      String name,
      ComputationGraph network,
      JsonNode expected,
      Deviations deviations) {
    for (Golden.Tensor tensor : golden.tensors()) {
      float[] before = golden.values(tensor);
      float[] after = Golden.inFileLayout(tensor, network.getParam(tensor.parameter()));
      double squares = 0;
      for (int i = 0; i < after.length; i++) {
        double update = (double) after[i] - before[i];
        squares += update * update;
      }
      double relative = Math.sqrt(squares) / expected.get(tensor.name()).asDouble() - 1;
      deviations.note(name + " update l2", tensor.name(), relative, 5e-2);
    }
  }

  /** The loss of each head in the last step or score, and their weighted total. */
  private static Map<String, Double> losses(ComputationGraph network) {
    Map<String, Double> losses = new HashMap<>();
    double total = 0;
    for (String head : GoogLeNet.HEADS) {
      OutputLayer layer = (OutputLayer) network.getLayer(head).conf().getLayer();
      WeightedLoss loss = (WeightedLoss) layer.getLossFn();
      losses.put(head, loss.lastMean());
      total += loss.weight() * loss.lastMean();
    }
    losses.put("total", total);
    return losses;
  }

  private static ComputationGraph network(Golden golden, double rate, double decay) {
    MomentumSgd sgd = new MomentumSgd(0.9, new LearningRateSchedule.Constant(rate, 0), 0);
    GoogLeNet model =
        new GoogLeNet(
            golden.classes(), golden.side(), Initialisation.HE, 0, 0, 0, LossWeights.PAPER);
    ComputationGraph network = new ComputationGraph(model.configuration(sgd, decay, 1));
    network.init();
    golden.setParameters(network);
    return network;
  }

  private static float[] mean(float[] sums, int batch) {
    float[] means = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      means[i] = sums[i] / batch;
    }
    return means;
  }

  private static double l2(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  private static void hold(Golden golden, Deviations deviations) {
    System.out.println("parity of " + golden + ": " + deviations.worst());
    assertThat(deviations.misses()).isEmpty();
  }
}
