package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.FloatBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The norm of a flat vector against the plain sum. */
class GlobalNormTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 1023, 1024, 1025, 5001, 1_000_003})
  void isThePlainSumToTwelveDigits(int length) {
    float[] values = values(length);
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    assertThat(GlobalNorm.of(FloatBuffer.wrap(values)))
        .isCloseTo(Math.sqrt(sum), withinPercentage(1e-10));
  }

  @Test
  void itsBitsDoNotDependOnWhichThreadMeasuresWhichBlocks() {
    FloatBuffer values = FloatBuffer.wrap(values(100_001));
    GlobalNorm norm = new GlobalNorm(100_001);
    for (int cut = 0; cut <= norm.blocks(); cut += 7) {
      int middle = cut;
      CompletableFuture<Void> other =
          CompletableFuture.runAsync(() -> norm.measure(values, middle, norm.blocks()));
      norm.measure(values, 0, middle);
      other.join();
      assertThat(norm.value()).isEqualTo(GlobalNorm.of(values));
    }
  }

  @Test
  void aValueThatIsNoFiniteNumberIsNotLost() {
    float[] values = values(3000);
    values[2999] = Float.NEGATIVE_INFINITY;
    assertThat(GlobalNorm.of(FloatBuffer.wrap(values))).isEqualTo(Double.POSITIVE_INFINITY);
    values[1500] = Float.NaN;
    assertThat(GlobalNorm.of(FloatBuffer.wrap(values))).isNaN();
  }

  private static float[] values(int length) {
    Random random = new Random(length);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
