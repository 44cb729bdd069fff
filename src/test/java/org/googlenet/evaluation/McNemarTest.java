package org.googlenet.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McNemarTest {

  /** Sums of binomials in exact fractions. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 1",
    "1, 0, 0.5",
    "0, 1, 1",
    "5, 0, 0.03125",
    "9, 1, 0.0107421875",
    "15, 5, 0.020694732666015625",
    "5, 15, 0.9940910339355469",
    "10, 10, 0.5880985260009766",
    "121, 59, 2.217224631877588e-06",
    "1100, 1000, 0.015360353932121148",
    "5100, 5000, 0.16229077316569696"
  })
  void knownValues(int ahead, int behind, double p) {
    assertThat(McNemar.p(ahead, behind)).isCloseTo(p, within(1e-9 * p));
  }

  @Test
  void everySmallTableIsTheSumOfItsBinomials() {
    for (int records = 0; records <= 40; records++) {
      for (int ahead = 0; ahead <= records; ahead++) {
        double p = McNemar.p(ahead, records - ahead);
        assertThat(p)
            .as("%d of %d", ahead, records)
            .isCloseTo(exactly(ahead, records), within(1e-14));
      }
    }
  }

  private static double exactly(int ahead, int records) {
    BigInteger sum = BigInteger.ZERO;
    BigInteger binomial = BigInteger.ONE;
    for (int k = 0; k <= records; k++) {
      if (k >= ahead) {
        sum = sum.add(binomial);
      }
      binomial =
          binomial.multiply(BigInteger.valueOf(records - k)).divide(BigInteger.valueOf(k + 1L));
    }
    BigDecimal all = new BigDecimal(BigInteger.TWO.pow(records));
    return new BigDecimal(sum).divide(all, MathContext.DECIMAL64).doubleValue();
  }

  @Test
  void aMillionRecordsAreNeitherTooManyNorSlow() {
    assertThat(McNemar.p(500_000, 500_000)).isCloseTo(0.5004, within(1e-4));
    assertThat(McNemar.p(501_000, 499_000)).isCloseTo(0.0228, within(1e-4));
    assertThat(McNemar.p(1_000_000, 0)).isZero();
    assertThat(McNemar.p(0, 1_000_000)).isEqualTo(1);
  }

  @Test
  void oneMoreRecordAheadIsNeverLessSignificant() {
    for (int ahead = 0; ahead < 200; ahead++) {
      assertThat(McNemar.p(ahead + 1, 199 - ahead))
          .isLessThanOrEqualTo(McNemar.p(ahead, 200 - ahead));
    }
  }

  @Test
  void negativeCountsAreRefused() {
    assertThatThrownBy(() -> McNemar.p(-1, 3)).isInstanceOf(IllegalArgumentException.class);
  }
}
