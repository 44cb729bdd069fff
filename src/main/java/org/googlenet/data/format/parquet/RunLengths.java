package org.googlenet.data.format.parquet;

import java.nio.ByteBuffer;

/**
 * Small numbers in Parquet's hybrid of run lengths and bit packing, one after the other; it takes
 * no memory for what a run claims.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">the encoding</a>
 */
final class RunLengths {

  private final ByteBuffer in;
  private final int bits;
  private long left;
  private boolean isPacked;
  private int repeated;
  private long packed;
  private int packedBits;

  /**
   * Numbers of a width.
   *
   * @param in the runs; its position moves
   * @param bits of each number
   */
  RunLengths(ByteBuffer in, int bits) throws DamagedParquet {
    if (bits < 0 || bits > Integer.SIZE) {
      throw new DamagedParquet("has numbers of " + bits + " bits");
    }
    this.in = in;
    this.bits = bits;
  }

  /**
   * The next number; its 32 bits are meant as unsigned.
   *
   * @throws DamagedParquet if there is none
   */
  int next() throws DamagedParquet {
    while (left == 0) {
      begin();
    }
    left--;
    return isPacked ? unpack() : repeated;
  }

  private void begin() throws DamagedParquet {
    long header = header();
    isPacked = (header & 1) == 1;
    left = isPacked ? (header >>> 1) * Byte.SIZE : header >>> 1;
    packed = 0;
    packedBits = 0;
    if (!isPacked) {
      repeated = 0;
      for (int shift = 0; shift < bits; shift += Byte.SIZE) {
        repeated |= one() << shift;
      }
    }
  }

  private long header() throws DamagedParquet {
    long value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      int next = one();
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new DamagedParquet("has a run whose length has more than 32 bits");
  }

  private int unpack() throws DamagedParquet {
    while (packedBits < bits) {
      packed |= (long) one() << packedBits;
      packedBits += Byte.SIZE;
    }
    int value = (int) (packed & ((1L << bits) - 1));
    packed >>>= bits;
    packedBits -= bits;
    return value;
  }

  private int one() throws DamagedParquet {
    if (!in.hasRemaining()) {
      throw new DamagedParquet("has fewer values than its header says");
    }
    return in.get() & 0xFF;
  }
}
