package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The optimiser's arithmetic on a linear classifier of 3 features and 2 classes, by hand. */
class MomentumSgdTest {

  private static final double MOMENTUM = 0.9;
  private static final double RATE = 0.1;
  private static final double DECAY = 0.5;
  private static final int BATCH = 4;

  /** 3 * 2 weights stand in front of 2 biases. */
  private static final int WEIGHTS = 6;

  private final DataSet data = examples();

  @BeforeAll
  static void oneThread() {
    Threads.one();
  }

  @Test
  void twoStepsFollowTheFormulaWithDecayOnWeightsOnly() {
    ComputationGraph network = linear(0);
    double[] w = values(network.params());
    double[] v = new double[w.length];

    for (int step = 0; step < 2; step++) {
      double[] gradient = meanGradient(network);
      network.fit(data);
      for (int i = 0; i < w.length; i++) {
        v[i] = MOMENTUM * v[i] + gradient[i] + (i < WEIGHTS ? DECAY * w[i] : 0);
        w[i] -= RATE * v[i];
      }
      assertClose(network.params(), w);
      assertClose(state(network), v);
    }
  }

  @Test
  void clippingBoundsTheMeanGradientBeforeTheDecayIsAdded() {
    ComputationGraph network = linear(0);
    double[] w = values(network.params());
    double[] gradient = meanGradient(network);
    double norm = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
    network.addListeners(new GlobalNormClipping(norm / 4));

    network.fit(data);

    double[] v = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      v[i] = gradient[i] / 4 + (i < WEIGHTS ? DECAY * w[i] : 0);
    }
    assertClose(state(network), v);
  }

  @Test
  void aGradientWithinTheNormIsLeftAsItIs() {
    INDArray sum = Nd4j.createFromArray(30f, 40f);

    new GlobalNormClipping(5).clip(sum, 10);
    assertThat(sum).isEqualTo(Nd4j.createFromArray(30f, 40f));

    new GlobalNormClipping(5).clip(sum, 5);
    assertThat(sum).isEqualTo(Nd4j.createFromArray(15f, 20f));
  }

  @Test
  void googLeNetsMomentumIsOneFlatVectorInTheOrderOfItsParameters() {
    MomentumSgd sgd = new MomentumSgd(MOMENTUM, new LearningRateSchedule.Constant(RATE, 0), 5);
    ComputationGraph network =
        new ComputationGraph(
            new GoogLeNet(2, 65, Initialisation.HE, 0, 0, 0, LossWeights.PAPER)
                .configuration(sgd, 0, 1));
    network.init();
    float[] before = network.params().dup().data().asFloat();
    INDArray images = Nd4j.rand(DataType.FLOAT, 1, 3, 65, 65);
    INDArray label = Nd4j.createFromArray(new float[][] {{1, 0}});

    network.fit(new INDArray[] {images}, new INDArray[] {label, label, label});

    INDArray state = state(network);
    assertThat(network.getUpdater().getUpdaterBlocks()).hasSize(1);
    assertThat(state.length()).isEqualTo(network.numParams());
    float[] after = network.params().data().asFloat();
    float[] velocity = state.data().asFloat();
    double worst = 0;
    for (int i = 0; i < before.length; i++) {
      worst = Math.max(worst, Math.abs(before[i] - RATE * velocity[i] - after[i]));
    }
    assertThat(worst).isLessThan(1e-6);
  }

  @Test
  void theRateIsReadAtDl4jsIterationCount() {
    ComputationGraph network = linear(3);
    double[] w = values(network.params());
    network.getConfiguration().setIterationCount(1);

    network.fit(data);

    double[] v = values(state(network));
    for (int i = 0; i < w.length; i++) {
      w[i] -= RATE * 2 / 3 * v[i];
    }
    assertClose(network.params(), w);
  }

  @Test
  void itDoesNotChangeAndRefusesNonsense() {
    LearningRateSchedule schedule = new LearningRateSchedule.Constant(RATE, 0);
    MomentumSgd sgd = new MomentumSgd(MOMENTUM, schedule, 0);

    assertThat(sgd.clone()).isSameAs(sgd);
    assertThatThrownBy(() -> sgd.setLrAndSchedule(1, null))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> new MomentumSgd(1, schedule, 0))
        .hasMessage("optimizer.momentum: 1.0: must be in [0, 1)");
    assertThatThrownBy(() -> new MomentumSgd(0.9, schedule, -1))
        .hasMessageStartingWith("optimizer.clipNorm: -1.0");
    assertThatThrownBy(() -> new GlobalNormClipping(0)).isInstanceOf(ModelProblem.class);
  }

  private static ComputationGraph linear(int warmUp) {
    OutputLayer classifier =
        new OutputLayer.Builder(new WeightedLoss(1))
            .nIn(3)
            .nOut(2)
            .activation(Activation.SOFTMAX)
            .build();
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(
                    new MomentumSgd(MOMENTUM, new LearningRateSchedule.Constant(RATE, warmUp), 0))
                .l2(DECAY)
                .l2Bias(0)
                .biasInit(0.3)
                .graphBuilder()
                .addInputs("input")
                .addLayer("main", classifier, "input")
                .setOutputs("main")
                .build());
    network.init();
    return network;
  }

  private static DataSet examples() {
    return new DataSet(
        Nd4j.createFromArray(new float[][] {{1, 2, -1}, {0.5f, -1, 3}, {-2, 0.25f, 1}, {4, 1, 0}}),
        Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}, {0, 1}}));
  }

  private double[] meanGradient(ComputationGraph network) {
    network.setInputs(data.getFeatures());
    network.setLabels(data.getLabels());
    network.computeGradientAndScore();
    return values(network.getFlattenedGradients().div(BATCH));
  }

  private static INDArray state(ComputationGraph network) {
    return network.getUpdater().getStateViewArray();
  }

  private static double[] values(INDArray array) {
    return array.dup().data().asDouble();
  }

  private static void assertClose(INDArray actual, double[] expected) {
    assertThat(values(actual)).containsExactly(expected, within(1e-5));
  }
}
