package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.indexer.Bfloat16Indexer;
import org.bytedeco.javacpp.indexer.HalfIndexer;
import org.googlenet.data.format.Range;
import org.googlenet.recipe.Recipe.Compression;
import org.junit.jupiter.api.Test;

/** How exact a vector is after its travels, against JavaCPP's conversions and IEEE 754's rules. */
class PackedVectorTest {

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
    float[] arrived = PackedVector.of(values, Compression.NONE).values();
    for (int i = 0; i < LENGTH; i++) {
      assertThat(Float.floatToRawIntBits(arrived[i])).isEqualTo(Float.floatToRawIntBits(values[i]));
    }
  }

  @Test
  void aPartIsThoseValues() {
    float[] values = gaussians();
    PackedVector part = PackedVector.of(values, 100, 5000, Compression.NONE);
    assertThat(part.length()).isEqualTo(4900);
    assertThat(part.values()).startsWith(values[100], values[101]).endsWith(values[4999]);
    assertThat(PackedVector.of(values, 5, 5, Compression.FP16).values()).isEmpty();
  }

  @Test
  void halfPrecisionHalvesTheBytes() {
    assertThat(PackedVector.of(gaussians(), Compression.NONE).bytes()).isEqualTo(4 * LENGTH);
    assertThat(PackedVector.of(gaussians(), Compression.BF16).bytes()).isEqualTo(2 * LENGTH);
    assertThat(PackedVector.of(gaussians(), Compression.FP16).bytes())
        .isBetween(2 * LENGTH, 2 * LENGTH + 10);
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
    float[] arrived = PackedVector.of(values, format).values();
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
    assertThat(PackedVector.of(tiny, Compression.FP16).values()[1] / -3e-31f)
        .isBetween(0.999f, 1.001f);
    assertThat(PackedVector.of(huge, Compression.FP16).values()[1] / -3e29f)
        .isBetween(0.999f, 1.001f);
    assertThat(PackedVector.of(tiny, Compression.FP16).values()[2]).isZero();
  }

  @Test
  void whatIsNoNumberStaysNone() {
    float[] values = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1};
    for (Compression format : Compression.values()) {
      assertThat(PackedVector.of(values, format).values()).as(format.name()).isEqualTo(values);
    }
  }

  @Test
  void everyHalfIsReadAsJavaCppReadsItAndWrittenBackAsItWas() {
    for (int half = 0; half < 1 << 16; half++) {
      float value = PackedVector.fromFp16((short) half);
      float expected = HalfIndexer.toFloat(half);
      if (Float.isNaN(expected)) {
        assertThat(value).isNaN();
      } else {
        assertThat(value).isEqualTo(expected);
        assertThat(PackedVector.toFp16(value)).isEqualTo((short) half);
      }
    }
  }

  @Test
  void betweenTwoHalvesTheNearestIsTakenAndHalfWayTheEvenOne() {
    for (int half = 0; half < 0x7bff; half++) {
      float low = PackedVector.fromFp16((short) half);
      float high = PackedVector.fromFp16((short) (half + 1));
      float middle = (low + high) / 2;
      int even = half % 2 == 0 ? half : half + 1;
      assertThat(PackedVector.toFp16(middle)).isEqualTo((short) even);
      assertThat(PackedVector.toFp16(Math.nextDown(middle))).isEqualTo((short) half);
      assertThat(PackedVector.toFp16(Math.nextUp(middle))).isEqualTo((short) (half + 1));
    }
  }

  @Test
  void everyBfloatIsReadAsJavaCppReadsItAndTiesGoToTheEvenOne() {
    for (int bits = 0; bits < 0x7f7f; bits++) {
      float low = Bfloat16Indexer.toFloat(bits);
      assertThat(PackedVector.toBf16(low)).isEqualTo((short) bits);
      float middle = Float.intBitsToFloat(bits << 16 | 0x8000);
      assertThat(PackedVector.toBf16(middle)).isEqualTo((short) (bits + bits % 2));
      assertThat(PackedVector.toBf16(-Math.nextUp(middle))).isEqualTo((short) (0x8000 | bits + 1));
    }
  }

  @Test
  void whatIsBroadcastArrivesWithoutWhatOnlyTheDriverNeeds()
      throws IOException, ClassNotFoundException {
    List<Range> leftOver = List.of(new Range(3, 10, 64), new Range(1, 0, 2));
    float[] values = gaussians();
    TrainingState state =
        new TrainingState(values, new float[] {1, 2}, values, 5, 80, 1000, 0, leftOver);
    for (Compression format : Compression.values()) {
      RoundStart start = new RoundStart(state, format);
      TrainingState here = start.state();
      TrainingState there = travelled(start).state();
      // A worker beside the driver and one far away begin with the same bits.
      assertThat(there.parameters()).isEqualTo(here.parameters());
      assertThat(there.momentum()).isEqualTo(here.momentum());
      assertThat(there.outer()).isEmpty();
      assertThat(there.leftOver()).isEqualTo(leftOver);
      assertThat(List.of(there.round(), there.step())).containsExactly(5, 80);
      assertThat(there.examples()).isEqualTo(1000);
    }
  }

  private static RoundStart travelled(RoundStart start) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(start);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (RoundStart) in.readObject();
    }
  }
}
