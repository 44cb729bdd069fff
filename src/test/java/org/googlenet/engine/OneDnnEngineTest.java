package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.LossWeights;
import org.googlenet.model.MomentumSgd;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Local steps and forward passes of engine onednn, and the memory that it plans. */
class OneDnnEngineTest extends EngineContract {

  @BeforeAll
  static void library() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
  }

  @Override
  protected Engine engine(String configuration) {
    return engine(configuration, LARGEST_BATCH);
  }

  private static OneDnnEngine engine(String configuration, int batch) {
    return OneDnnEngine.of(configuration).batch(batch).open();
  }

  @Test
  void aBatchSmallerThanThePlanGivesWhatAPlanOfItsSizeGives() {
    String configuration = configuration(RATE, 0, 0.5);
    try (OneDnnEngine larger = engine(configuration, 5);
        OneDnnEngine fitting = engine(configuration, 2)) {
      fitting.load(parameters(larger), momentum(larger));

      // A full batch first: nothing of its last examples may be left.
      float[] start = parameters(larger);
      float[] rest = momentum(larger);
      larger.step(batch(5), 0, 2);
      larger.load(start, rest);

      assertThat(larger.step(batch(2), 0, 1))
          .containsExactly(fitting.step(batch(2), 0, 1), within(1e-5));
      assertThat(difference(momentum(larger), momentum(fitting))).isLessThan(1e-4);
      assertThat(larger.probabilities(batch(2))[0])
          .containsExactly(fitting.probabilities(batch(2))[0], within(1e-4f));
    }
  }

  @Test
  void aClockInAStepOrAPassChangesNoBit() {
    String configuration = configuration(RATE, 0, 0.5);
    try (OneDnnEngine plain = engine(configuration, 5);
        OneDnnEngine timed = engine(configuration, 5)) {
      timed.load(parameters(plain), momentum(plain));
      plain.step(batch(5), 0, 1);
      StepTimes step = timed.timedStep(batch(5), 0, 1);
      plain.step(batch(5), 1, 2);
      timed.step(batch(5), 1, 2);

      assertThat(parameters(timed)).isEqualTo(parameters(plain));
      assertThat(momentum(timed)).isEqualTo(momentum(plain));
      assertThat(step.operations()).extracting(Plan.Timing::node).doesNotContain("");
      assertThat(step.operations())
          .extracting(Plan.Timing::pass)
          .contains(Plan.Pass.FORWARD, Plan.Pass.BACKWARD);
      StepTimes pass = timed.timedPass(batch(5), 1);
      assertThat(pass.operations())
          .isNotEmpty()
          .extracting(Plan.Timing::pass)
          .doesNotContain(Plan.Pass.BACKWARD);
      assertThat(timed.probabilities(batch(5), 1)[0])
          .isEqualTo(plain.probabilities(batch(5), 1)[0]);
    }
  }

  @Test
  void aBatchLargerThanPlannedIsRefused() {
    try (OneDnnEngine engine = engine(configuration(RATE, 0, 0), 2)) {
      assertThatThrownBy(() -> engine.step(batch(3), 0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("3 examples", "at most 2");
      assertThatThrownBy(() -> engine.probabilities(batch(3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("3 examples", "at most 2");
      assertThat(engine.step(batch(2), 0, 1)).doesNotContain(Double.NaN);
    }
  }

  @Test
  void aListenerChangesNoBitAndBothWaysCountTheIteration() {
    ComputationGraph alone = clippedGoogLeNet();
    ComputationGraph heard = clippedGoogLeNet();
    heard.setParams(alone.params());
    heard.addListeners(new BaseTrainingListener() {});
    try (OneDnnEngine fast = OneDnnEngine.of(alone).batch(3).open();
        OneDnnEngine slow = OneDnnEngine.of(heard).batch(3).open()) {
      for (int step = 0; step < 3; step++) {
        double[] losses = fast.step(batch(3 - step), step, step);
        assertThat(slow.step(batch(3 - step), step, step)).isEqualTo(losses);
        assertThat(new HeadHealth(slow).gradientNorms(3 - step))
            .isEqualTo(new HeadHealth(fast).gradientNorms(3 - step));
        assertThat(deadShares(slow)).isEqualTo(deadShares(fast)).doesNotContain(1, Double.NaN);
      }
      assertThat(parameters(slow)).isEqualTo(parameters(fast));
      assertThat(momentum(slow)).isEqualTo(momentum(fast));
      assertThat(FusedMomentumSgd.of(alone, 1)).as("the fast way was taken").isPresent();
    }
    assertThat(heard.getIterationCount()).isEqualTo(3);
    assertThat(alone.getIterationCount()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void googLeNetAtBatch32TakesLessThanHalfOfWhatItTookWithoutReuse(Precision precision) {
    boolean bf16 = precision == Precision.BF16;
    if (bf16) {
      assumeThat(OneDnnLibrary.find().hasBf16()).as("bf16").isTrue();
    }
    GoogLeNet model = new GoogLeNet(1000, 224, Initialisation.HE, 0, 0.4, 0.7, LossWeights.PAPER);
    ComputationGraph network =
        new ComputationGraph(model.configuration(new MomentumSgd(0.9, RATE, 0), 2e-4, 1));
    network.init(Nd4j.zeros(DataType.FLOAT, 1, 13_378_280), false);
    try (OneDnnEngine engine = OneDnnEngine.of(network).precision(precision).open()) {
      assertThat(engine.trainingBytes()).isLessThan(bf16 ? 541_000_000L : 1_018_000_000L);
    }
    network.close();
  }

  private static double[] deadShares(Engine engine) {
    ActiveUnits active = new ActiveUnits();
    new HeadHealth(engine).addActiveUnits(active);
    return active.deadShares();
  }

  /** With decay and a norm that is clipped in every step. */
  private static ComputationGraph clippedGoogLeNet() {
    LearningRateSchedule falling = new LearningRateSchedule.Polynomial(0.01, 0.5, 10, 2);
    ComputationGraphConfiguration configuration =
        new GoogLeNet(CLASSES, SIDE, Initialisation.HE, 0, 0.4, 0.7, LossWeights.PAPER)
            .configuration(new MomentumSgd(0.9, falling, 0.1), 2e-4, 1);
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  /** L2 norm of the difference, relative to the second. */
  private static double difference(float[] one, float[] other) {
    float[] difference = new float[one.length];
    for (int i = 0; i < one.length; i++) {
      difference[i] = one[i] - other[i];
    }
    return norm(difference) / norm(other);
  }
}
