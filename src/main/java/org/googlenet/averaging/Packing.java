package org.googlenet.averaging;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.googlenet.recipe.Recipe.Compression;

/**
 * How floats travel: as raw little-endian bytes, in full or in half precision.
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
final class Packing {

  /** Values that are packed together; so a part of a vector that is packed begins at a multiple. */
  static final int BLOCK = 4096;

  /** The largest value of a scaled block is from 2^14 to below 2^15; binary16 ends at 65504. */
  private static final int TOP_EXPONENT = 14;

  private Packing() {}

  /** The number of bytes that so many values take. */
  static int bytes(int length, Compression format) {
    return switch (format) {
      case NONE -> Math.multiplyExact(length, Float.BYTES);
      case BF16 -> Math.multiplyExact(length, Short.BYTES);
      case FP16 -> Math.addExact(length, (length + BLOCK - 1) / BLOCK) * Short.BYTES;
    };
  }

  /**
   * Packs a part of a vector.
   *
   * @param from the first value
   * @param to one past the last
   * @param into receives {@link #bytes} bytes, after those it has
   */
  static void pack(float[] values, int from, int to, Compression format, ByteBuffer into) {
    ByteBuffer packed = into.slice().order(ByteOrder.LITTLE_ENDIAN);
    switch (format) {
      case NONE -> packed.asFloatBuffer().put(values, from, to - from);
      case BF16 -> putBf16(values, from, to, packed.asShortBuffer());
      case FP16 -> putFp16(values, from, to, packed.asShortBuffer());
    }
    into.position(into.position() + bytes(to - from, format));
  }

  /** The values as they arrive. */
  static float[] rounded(float[] values, Compression format) {
    if (format == Compression.NONE) {
      return values;
    }
    byte[] packed = new byte[bytes(values.length, format)];
    pack(values, 0, values.length, format, ByteBuffer.wrap(packed));
    float[] rounded = new float[values.length];
    try {
      new Reader(new ByteArrayInputStream(packed), format).read(rounded, 0, rounded.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rounded;
  }

  /** Unpacks what arrives, block by block, so that what it works on stays in the L1 cache. */
  static final class Reader {

    private final InputStream in;
    private final Compression format;
    private final byte[] bytes = new byte[bytes(BLOCK, Compression.NONE)];
    private final FloatBuffer floats =
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    private final ShortBuffer shorts =
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();

    Reader(InputStream in, Compression format) {
      this.in = in;
      this.format = format;
    }

    /**
     * Unpacks the next values.
     *
     * @param count a multiple of {@value #BLOCK}, or the rest of the part that was packed
     * @throws IOException if there are not so many
     */
    void read(float[] into, int at, int count) throws IOException {
      for (int done = 0; done < count; done += BLOCK) {
        int next = Math.min(BLOCK, count - done);
        int size = bytes(next, format);
        if (in.readNBytes(bytes, 0, size) < size) {
          throw new IOException("a block of values ends early");
        }
        switch (format) {
          case NONE -> floats.get(0, into, at + done, next);
          case BF16 -> getBf16(into, at + done, next);
          case FP16 -> getFp16(into, at + done, next);
        }
      }
    }

    private void getBf16(float[] into, int at, int count) {
      for (int i = 0; i < count; i++) {
        into[at + i] = Float.intBitsToFloat(shorts.get(i) << 16);
      }
    }

    private void getFp16(float[] into, int at, int count) {
      double scale = Math.scalb(1.0, shorts.get(0));
      for (int i = 0; i < count; i++) {
        into[at + i] = (float) (fromFp16(shorts.get(1 + i)) * scale);
      }
    }
  }

  private static void putBf16(float[] values, int from, int to, ShortBuffer into) {
    for (int i = from; i < to; i++) {
      into.put(i - from, toBf16(values[i]));
    }
  }

  /** Writes each block as its exponent followed by its values. */
  private static void putFp16(float[] values, int from, int to, ShortBuffer into) {
    for (int first = from; first < to; first += BLOCK) {
      int count = Math.min(BLOCK, to - first);
      int exponent = exponent(values, first, count);
      double scale = Math.scalb(1.0, -exponent);
      into.put((short) exponent);
      for (int i = first; i < first + count; i++) {
        into.put(toFp16((float) (values[i] * scale)));
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
