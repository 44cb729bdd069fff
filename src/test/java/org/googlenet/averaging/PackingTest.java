package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.indexer.Bfloat16Indexer;
import org.bytedeco.javacpp.indexer.HalfIndexer;
import org.googlenet.recipe.Recipe.Compression;
import org.junit.jupiter.api.Test;

/** How exact a vector is after its travels, against JavaCPP's conversions and IEEE 754's rules. */
class PackingTest {

  private static final int LENGTH = 10_000;

  /** Below 2^-28 of the largest value, about 4, binary16 has fewer bits. */
  private static final double OUT_OF_RANGE = 2e-8;

  /** Of sizes from 1e-6 to 1, as parameters and their differences are. */
  private static float[] gaussians() {
    Random random = new Random(3);
    float[] values = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, -random.nextInt(7)));
    }
    return values;
  }

  @Test
  void withoutCompressionEveryBitArrives() {
    float[] values = gaussians();
    values[7] = Float.intBitsToFloat(0x7fc0_1234); // a NaN with a message
    values[8] = -0.0f;
    float[] arrived = travelled(values, Compression.NONE);
    for (int i = 0; i < LENGTH; i++) {
      assertThat(Float.floatToRawIntBits(arrived[i])).isEqualTo(Float.floatToRawIntBits(values[i]));
    }
  }

  @Test
  void aPartIsThoseValues() throws IOException {
    float[] values = gaussians();
    for (Compression format : Compression.values()) {
      int from = Packing.BLOCK;
      float[] part = new float[LENGTH];
      reader(packed(values, from, LENGTH, format), format).read(part, from, LENGTH - from);
      float[] whole = travelled(values, format);
      Arrays.fill(whole, 0, from, 0);
      assertThat(part).as(format.name()).isEqualTo(whole);
    }
  }

  @Test
  void whatEndsEarlyIsNoBlock() {
    assertThatThrownBy(() -> reader(new byte[40], Compression.NONE).read(new float[11], 0, 11))
        .isInstanceOf(IOException.class)
        .hasMessage("a block of values ends early");
  }

  @Test
  void halfPrecisionHalvesTheBytes() {
    assertThat(Packing.bytes(LENGTH, Compression.NONE)).isEqualTo(4 * LENGTH);
    assertThat(Packing.bytes(LENGTH, Compression.BF16)).isEqualTo(2 * LENGTH);
    assertThat(Packing.bytes(LENGTH, Compression.FP16)).isBetween(2 * LENGTH, 2 * LENGTH + 10);
  }

  @Test
  void bf16IsWithinHalfAUnitOfItsEighthBit() {
    assertRelativeError(Compression.BF16, 0x1p-8);
  }

  @Test
  void fp16IsWithinHalfAUnitOfItsEleventhBit() {
    assertRelativeError(Compression.FP16, 0x1p-11);
  }

  private static void assertRelativeError(Compression format, double most) {
    float[] values = gaussians();
    float[] arrived = travelled(values, format);
    double bias = 0;
    for (int i = 0; i < LENGTH; i++) {
      if (Math.abs(values[i]) < OUT_OF_RANGE) {
        continue;
      }
      double error = (arrived[i] - (double) values[i]) / Math.abs(values[i]);
      assertThat(Math.abs(error)).as("%s", values[i]).isLessThanOrEqualTo(most);
      bias += Math.signum(values[i]) * error / LENGTH;
    }
    // Truncation instead of rounding would shrink all values by half a unit in the mean.
    assertThat(Math.abs(bias)).isLessThan(most / 20);
  }

  @Test
  void fp16ScalesBlocksThatAreOutOfItsRange() {
    float[] tiny = {1e-30f, -3e-31f, 0};
    float[] huge = {1e30f, -3e29f, 1};
    assertThat(travelled(tiny, Compression.FP16)[1] / -3e-31f).isBetween(0.999f, 1.001f);
    assertThat(travelled(huge, Compression.FP16)[1] / -3e29f).isBetween(0.999f, 1.001f);
    assertThat(travelled(tiny, Compression.FP16)[2]).isZero();
  }

  @Test
  void whatIsNoNumberStaysNone() {
    float[] values = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1};
    for (Compression format : Compression.values()) {
      assertThat(travelled(values, format)).as(format.name()).isEqualTo(values);
    }
  }

  @Test
  void everyHalfIsReadAsJavaCppReadsItAndWrittenBackAsItWas() {
    for (int half = 0; half < 1 << 16; half++) {
      float value = Packing.fromFp16((short) half);
      float expected = HalfIndexer.toFloat(half);
      if (Float.isNaN(expected)) {
        assertThat(value).isNaN();
      } else {
        assertThat(value).isEqualTo(expected);
        assertThat(Packing.toFp16(value)).isEqualTo((short) half);
      }
    }
  }

  @Test
  void betweenTwoHalvesTheNearestIsTakenAndHalfWayTheEvenOne() {
    for (int half = 0; half < 0x7bff; half++) {
      float low = Packing.fromFp16((short) half);
      float high = Packing.fromFp16((short) (half + 1));
      float middle = (low + high) / 2;
      int even = half % 2 == 0 ? half : half + 1;
      assertThat(Packing.toFp16(middle)).isEqualTo((short) even);
      assertThat(Packing.toFp16(Math.nextDown(middle))).isEqualTo((short) half);
      assertThat(Packing.toFp16(Math.nextUp(middle))).isEqualTo((short) (half + 1));
    }
  }

  @Test
  void everyBfloatIsReadAsJavaCppReadsItAndTiesGoToTheEvenOne() {
    for (int bits = 0; bits < 0x7f7f; bits++) {
      float low = Bfloat16Indexer.toFloat(bits);
      assertThat(Packing.toBf16(low)).isEqualTo((short) bits);
      float middle = Float.intBitsToFloat(bits << 16 | 0x8000);
      assertThat(Packing.toBf16(middle)).isEqualTo((short) (bits + bits % 2));
      assertThat(Packing.toBf16(-Math.nextUp(middle))).isEqualTo((short) (0x8000 | bits + 1));
    }
  }

  @Test
  void aValueIsRoundedAsItsJourneyDoes() {
    for (Compression format : Compression.values()) {
      assertThat(Packing.rounded(gaussians(), format))
          .as(format.name())
          .isEqualTo(travelled(gaussians(), format));
    }
  }

  private static float[] travelled(float[] values, Compression format) {
    float[] arrived = new float[values.length];
    try {
      reader(packed(values, 0, values.length, format), format).read(arrived, 0, arrived.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return arrived;
  }

  private static byte[] packed(float[] values, int from, int to, Compression format) {
    byte[] bytes = new byte[Packing.bytes(to - from, format)];
    ByteBuffer into = ByteBuffer.wrap(bytes);
    Packing.pack(values, from, to, format, into);
    assertThat(into.hasRemaining()).isFalse();
    return bytes;
  }

  private static Packing.Reader reader(byte[] bytes, Compression format) {
    return new Packing.Reader(new ByteArrayInputStream(bytes), format);
  }
}
