package org.googlenet.model;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.model.GoldenChecks.Limits;
import org.googlenet.model.GoldenChecks.Training;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * Holds the network to numbers of another framework: forward pass, losses, every gradient, and five
 * steps of training through DL4J's own {@code fit}.
 */
class GoldenParityTest {

  private static final String ENGINE = "dl4j";

  static List<Golden> goldens() throws IOException {
    return Golden.all();
  }

  static List<Golden> variants() throws IOException {
    return Golden.variants();
  }

  @BeforeAll
  static void oneThread() {
    Threads.one();
  }

  @ParameterizedTest
  @MethodSource({"goldens", "variants"})
  void theForwardPassAgreesAtEveryStage(Golden golden) {
    ComputationGraph network = GoldenChecks.network(golden, 0, 0);
    GoldenChecks checks = new GoldenChecks(golden, Limits.FP32);

    Map<String, INDArray> maps = network.feedForward(golden.data().getFeatures()[0], false);

    checks.stages(name -> values(maps.get(name)));
    checks.logits(
        head -> {
          String before = head.equals("main") ? "dropout" : head + ".dropout";
          return values(
              maps.get(before)
                  .mmul(network.getParam(head + "_W"))
                  .addRowVector(network.getParam(head + "_b")));
        });
    checks.hold(ENGINE);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource({"goldens", "variants"})
  void lossesAndEveryGradientAgree(Golden golden) {
    ComputationGraph network = GoldenChecks.network(golden, 0, 0);
    MultiDataSet data = golden.data();
    GoldenChecks checks = new GoldenChecks(golden, Limits.FP32);

    network.setInputs(data.getFeatures());
    network.setLabels(data.getLabels());
    network.computeGradientAndScore();

    checks.losses(losses(network));
    checks.gradients(network);
    checks.hold(ENGINE);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("goldens")
  void fiveStepsOfTrainingAgreeWithDecayOnWeightsOnly(Golden golden) {
    GoldenChecks checks = new GoldenChecks(golden, Limits.FP32);
    checks.trajectories(network -> new Fit(network, golden.data()));
    checks.hold(ENGINE);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("variants")
  void aStepMovesParametersAndRunningStatisticsAsPyTorch(Golden golden) {
    GoldenChecks checks = new GoldenChecks(golden, Limits.FP32);
    checks.step(network -> new Fit(network, golden.data()));
    checks.hold(ENGINE);
  }

  private record Fit(ComputationGraph network, MultiDataSet data) implements Training {

    @Override
    public double[] step() {
      network.fit(data);
      return GoldenParityTest.losses(network);
    }

    @Override
    public double[] losses() {
      network.score(data, false);
      return GoldenParityTest.losses(network);
    }

    @Override
    public void close() {}
  }

  /** The loss of each head in the last step or score. */
  private static double[] losses(ComputationGraph network) {
    return GoogLeNet.HEADS.stream()
        .map(head -> (OutputLayer) network.getLayer(head).conf().getLayer())
        .mapToDouble(layer -> ((WeightedLoss) layer.getLossFn()).lastMean())
        .toArray();
  }

  private static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}
