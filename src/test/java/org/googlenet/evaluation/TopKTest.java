package org.googlenet.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TopKTest {

  /** Two examples of four classes. */
  private static final float[] PROBABILITIES = {0.1f, 0.6f, 0.1f, 0.2f, 0.4f, 0.3f, 0.2f, 0.1f};

  @Test
  void theRankIsTheNumberOfClassesBeforeTheTrueOne() {
    assertThat(TopK.rank(PROBABILITIES, 4, 0, 1)).isZero();
    assertThat(TopK.rank(PROBABILITIES, 4, 0, 3)).isEqualTo(1);
    assertThat(TopK.rank(PROBABILITIES, 4, 1, 0)).isZero();
    assertThat(TopK.rank(PROBABILITIES, 4, 1, 3)).isEqualTo(3);
  }

  @Test
  void ofEqualProbabilitiesTheLowerClassComesFirst() {
    assertThat(TopK.rank(PROBABILITIES, 4, 0, 0)).isEqualTo(2);
    assertThat(TopK.rank(PROBABILITIES, 4, 0, 2)).isEqualTo(3);
    assertThat(TopK.best(PROBABILITIES, 4, 0, 4))
        .extracting(TopK.Guess::label)
        .containsExactly(1, 3, 0, 2);
  }

  @Test
  void aProbabilityThatIsNotANumberIsNeverAHit() {
    float[] broken = {Float.NaN, Float.NaN, Float.NaN};
    for (int label = 0; label < 3; label++) {
      assertThat(TopK.rank(broken, 3, 0, label)).isEqualTo(Integer.MAX_VALUE);
    }
    assertThat(TopK.rank(new float[] {0.2f, Float.NaN, 0.1f}, 3, 0, 0)).isZero();
  }

  @Test
  void theBestAreAtMostAsManyAsThereAreClasses() {
    assertThat(TopK.best(PROBABILITIES, 4, 1, 2))
        .containsExactly(new TopK.Guess(0, 0.4f), new TopK.Guess(1, 0.3f));
    assertThat(TopK.best(PROBABILITIES, 4, 1, 9)).hasSize(4);
  }
}
