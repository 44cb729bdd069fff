package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.googlenet.model.LearningRateSchedule.Constant;
import org.googlenet.model.LearningRateSchedule.Cosine;
import org.googlenet.model.LearningRateSchedule.Polynomial;
import org.googlenet.model.LearningRateSchedule.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LearningRateScheduleTest {

  @ParameterizedTest
  @CsvSource({"0, 0.01", "1, 0.01", "1000000, 0.01"})
  void constantStays(int step, double rate) {
    assertRate(new Constant(0.01, 0), step, rate);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.1", "29, 0.1", "30, 0.01", "59, 0.01", "60, 0.001"})
  void stepFallsByTheFactorEverySoManySteps(int step, double rate) {
    assertRate(new Step(0.1, 30, 0.1, 0), step, rate);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.01", "36, 0.008", "75, 0.005", "99, 0.001", "100, 0", "200, 0"})
  void polynomialFallsToZeroAtTheTotal(int step, double rate) {
    assertRate(new Polynomial(0.01, 0.5, 100, 0), step, rate);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.1", "25, 0.0868198052", "50, 0.055", "100, 0.01", "150, 0.01"})
  void cosineFallsToItsFloor(int step, double rate) {
    assertRate(new Cosine(0.1, 100, 0.01, 0), step, rate);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.002", "1, 0.004", "3, 0.008", "4, 0.01", "5, 0.01", "500, 0.01"})
  void warmUpRisesLinearlyAndReachesTheScheduleAtItsLastStep(int step, double rate) {
    assertRate(new Constant(0.01, 5), step, rate);
  }

  @Test
  void warmUpScalesTheScheduleSoThatNothingJumpsAtItsEnd() {
    LearningRateSchedule schedule = new Polynomial(1, 1, 10, 4);

    assertRate(schedule, 0, 1.0 * 1 / 4);
    assertRate(schedule, 1, 0.9 * 2 / 4);
    assertRate(schedule, 2, 0.8 * 3 / 4);
    assertRate(schedule, 3, 0.7);
    assertRate(schedule, 4, 0.6);
  }

  @Test
  void dl4jsIterationIsTheGlobalStepAndItsEpochPlaysNoPart() {
    LearningRateSchedule schedule = new Step(1, 10, 0.5, 0);

    assertThat(schedule.valueAt(10, 0)).isEqualTo(0.5);
    assertThat(schedule.valueAt(10, 99)).isEqualTo(0.5);
  }

  @ParameterizedTest
  @MethodSource
  void everyScheduleSurvivesDl4jsJson(LearningRateSchedule schedule) {
    MomentumSgd sgd = new MomentumSgd(0.9, schedule, 5);
    String json =
        new GoogLeNet(10, 65, Initialisation.HE, 0, 0.4, 0.7, LossWeights.PAPER)
            .configuration(sgd, 2e-4, 1)
            .toJson();

    assertThat(updater(ComputationGraphConfiguration.fromJson(json))).isEqualTo(sgd);
  }

  static Stream<LearningRateSchedule> everyScheduleSurvivesDl4jsJson() {
    return Stream.of(
        new Constant(0.01, 3),
        new Step(0.1, 30, 0.1, 0),
        new Polynomial(0.01, 0.5, 2_400_000_000L, 0),
        new Cosine(0.1, 100, 0.001, 7));
  }

  @Test
  void nonsenseIsRefusedWithItsKey() {
    assertThatThrownBy(() -> new Constant(-0.01, 0))
        .isInstanceOf(ModelProblem.class)
        .hasMessage("learningRate.base: -0.01: must be a number from 0 up");
    assertThatThrownBy(() -> new Step(0.1, 0, 0.1, 0))
        .hasMessage("learningRate.every: 0: must be at least 1");
    assertThatThrownBy(() -> new Polynomial(0.1, 1, 0, 0))
        .hasMessage("learningRate.total: 0: must be at least 1");
    assertThatThrownBy(() -> new Constant(Double.NaN, 0)).isInstanceOf(ModelProblem.class);
    assertThatThrownBy(() -> new Constant(0.1, -1))
        .hasMessage("learningRate.warmUp: -1: must be at least 0");
  }

  private static void assertRate(LearningRateSchedule schedule, int step, double rate) {
    assertThat(schedule.at(step)).isCloseTo(rate, within(1e-10));
  }

  private static Object updater(ComputationGraphConfiguration configuration) {
    LayerVertex vertex = (LayerVertex) configuration.getVertices().get("conv1");
    return ((BaseLayer) vertex.getLayerConf().getLayer()).getIUpdater();
  }
}
