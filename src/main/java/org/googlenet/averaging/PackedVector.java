package org.googlenet.averaging;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.googlenet.recipe.Recipe.Compression;

/**
 * A vector of floats as it is sent: raw little-endian bytes, in full or in half precision, which
 * Java serialises as one block.
 *
 * <ul>
 *   <li>{@code NONE}: IEEE 754 binary32, the same bits;
 *   <li>{@code BF16}: the upper half of binary32, rounded to nearest even: 8 bits of precision over
 *       the whole range;
 *   <li>{@code FP16}: IEEE 754 binary16, rounded to nearest even, with each block of {@value
 *       #BLOCK} values scaled by a power of two so that its largest is within range: 11 bits of
 *       precision for values down to 2^-28 of the block's largest.
 * </ul>
 */
final class PackedVector implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final int BLOCK = 4096;

  /** The largest value of a scaled block is from 2^14 to below 2^15; binary16 ends at 65504. */
  private static final int TOP_EXPONENT = 14;

  private final Compression format;
  private final int length;
  private final byte[] bytes;

  private PackedVector(Compression format, int length, int size) {
    this.format = format;
    this.length = length;
    this.bytes = new byte[size];
  }

  /**
   * Packs part of a vector.
   *
   * @param from the first value
   * @param to one past the last
   */
  static PackedVector of(float[] values, int from, int to, Compression format) {
    int length = to - from;
    return switch (format) {
      case NONE -> {
        PackedVector packed =
            new PackedVector(format, length, Math.multiplyExact(length, Float.BYTES));
        packed.floats().put(values, from, length);
        yield packed;
      }
      case BF16 -> {
        PackedVector packed =
            new PackedVector(format, length, Math.multiplyExact(length, Short.BYTES));
        packed.putBf16(values, from);
        yield packed;
      }
      case FP16 -> {
        int blocks = (length + BLOCK - 1) / BLOCK;
        PackedVector packed =
            new PackedVector(format, length, Math.addExact(length, blocks) * Short.BYTES);
        packed.putFp16(values, from);
        yield packed;
      }
    };
  }

  static PackedVector of(float[] values, Compression format) {
    return of(values, 0, values.length, format);
  }

  /** The number of values. */
  int length() {
    return length;
  }

  /** The number of bytes that are sent. */
  int bytes() {
    return bytes.length;
  }

  /** The values, as exactly as the format stores them. */
  float[] values() {
    float[] values = new float[length];
    switch (format) {
      case NONE -> floats().get(values);
      case BF16 -> getBf16(values);
      case FP16 -> getFp16(values);
    }
    return values;
  }

  private ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private FloatBuffer floats() {
    return buffer().asFloatBuffer();
  }

  private ShortBuffer shorts() {
    return buffer().asShortBuffer();
  }

  private void putBf16(float[] values, int from) {
    ShortBuffer into = shorts();
    for (int i = 0; i < length; i++) {
      into.put(i, toBf16(values[from + i]));
    }
  }

  private void getBf16(float[] values) {
    ShortBuffer packed = shorts();
    for (int i = 0; i < length; i++) {
      values[i] = Float.intBitsToFloat(packed.get(i) << 16);
    }
  }

  /** Writes each block as its exponent followed by its values. */
  private void putFp16(float[] values, int from) {
    ShortBuffer into = shorts();
    for (int first = 0; first < length; first += BLOCK) {
      int count = Math.min(BLOCK, length - first);
      int exponent = exponent(values, from + first, count);
      double scale = Math.scalb(1.0, -exponent);
      into.put((short) exponent);
      for (int i = first; i < first + count; i++) {
        into.put(toFp16((float) (values[from + i] * scale)));
      }
    }
  }

  private void getFp16(float[] values) {
    ShortBuffer packed = shorts();
    for (int first = 0; first < length; first += BLOCK) {
      double scale = Math.scalb(1.0, packed.get());
      int end = Math.min(first + BLOCK, length);
      for (int i = first; i < end; i++) {
        values[i] = (float) (fromFp16(packed.get()) * scale);
      }
    }
  }

  /** The power of two by which a block is divided. */
  private static int exponent(float[] values, int from, int count) {
    float largest = 0;
    for (int i = from; i < from + count; i++) {
      float size = Math.abs(values[i]);
      if (size > largest && size <= Float.MAX_VALUE) {
        largest = size;
      }
    }
    return largest == 0 ? 0 : Math.getExponent((double) largest) - TOP_EXPONENT;
  }

  static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  static short toFp16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int size = bits & 0x7fff_ffff;
    if (size > 0x7f80_0000) {
      return (short) (sign | 0x7e00);
    }
    if (size >= 0x477f_f000) { // 65520: from here on, rounding gives infinity
      return (short) (sign | 0x7c00);
    }
    if (size < 0x3880_0000) { // 2^-14: smaller numbers are multiples of 2^-24
      return (short) (sign | (int) Math.rint(Float.intBitsToFloat(size) * 0x1p24f));
    }
    return (short) (sign | (size - 0x3800_0000 + 0xfff + (size >>> 13 & 1)) >>> 13);
  }

  static float fromFp16(short half) {
    int exponent = half >>> 10 & 0x1f;
    int fraction = half & 0x3ff;
    float size =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Float.intBitsToFloat((exponent + 112) << 23 | fraction << 13);
        };
    return half < 0 ? -size : size;
  }
}
