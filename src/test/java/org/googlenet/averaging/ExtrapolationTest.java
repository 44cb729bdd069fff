package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ExtrapolationTest {

  private static final Extrapolation MODEL = new Extrapolation(3, 2, 0.01, 100_000_000);

  @Test
  void aRoundIsItsLocalStepsAndWhatIsBesideThem() {
    double network = MODEL.networkSeconds(2, 10);

    assertThat(MODEL.efficiency(2, 1, 50, 10)).isCloseTo(150 / (152 + network), within(1e-12));
    assertThat(MODEL.efficiency(102, 16, 50, 10))
        .isCloseTo(9.375 / (9.375 + 2 + 1 + MODEL.networkSeconds(102, 10)), within(1e-12));
  }

  @Test
  void theStateTravelsThreeTimesWhateverTheNumberOfExecutors() {
    assertThat(MODEL.networkSeconds(2, 10)).isCloseTo(0.16, within(1e-3));
    assertThat(MODEL.networkSeconds(1_000, 10)).isCloseTo(0.24, within(1e-3));
    assertThat(MODEL.networkSeconds(1_000, 100))
        .isCloseTo(MODEL.networkSeconds(1_000, 10) / 10, within(1e-12));
  }
}
