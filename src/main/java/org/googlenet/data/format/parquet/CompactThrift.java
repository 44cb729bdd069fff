package org.googlenet.data.format.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads the bytes of one structure in Thrift's compact protocol, and so finds one that claims more
 * than there is before a library takes memory for it.
 *
 * @see <a href="https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md">
 *     the protocol</a>
 */
final class CompactThrift {

  /** Parquet's own structures are nested less than ten deep. */
  private static final int DEEPEST = 32;

  private final InputStream in;
  private final long most;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();

  private CompactThrift(InputStream in, long most) {
    this.in = in;
    this.most = most;
  }

  /**
   * Reads one structure, and nothing behind it.
   *
   * @param most the most bytes that it may have
   * @throws DamagedParquet if it is malformed, longer or cut off
   */
  static byte[] read(InputStream in, long most) throws IOException, DamagedParquet {
    CompactThrift structure = new CompactThrift(in, most);
    structure.struct(DEEPEST);
    return structure.read.toByteArray();
  }

  private void struct(int depth) throws IOException, DamagedParquet {
    for (int field = one(); field != 0; field = one()) {
      boolean isFarFromLast = field >> 4 == 0;
      if (isFarFromLast) {
        varint();
      }
      int type = field & 0x0F;
      boolean isInField = type == 1 || type == 2;
      if (!isInField) {
        value(type, depth - 1);
      }
    }
  }

  private void value(int type, int depth) throws IOException, DamagedParquet {
    if (depth == 0) {
      throw new DamagedParquet("metadata is nested too deeply");
    }
    switch (type) {
      case 1, 2, 3 -> one();
      case 4, 5, 6 -> varint();
      case 7 -> bytes(Double.BYTES);
      case 8 -> bytes(varint());
      case 9, 10 -> list(depth);
      case 11 -> map(depth);
      case 12 -> struct(depth);
      default -> throw new DamagedParquet("metadata has a value of no known type");
    }
  }

  private void list(int depth) throws IOException, DamagedParquet {
    int header = one();
    long size = header >> 4 == 15 ? varint() : header >> 4;
    for (long i = 0; i < size; i++) {
      value(header & 0x0F, depth - 1);
    }
  }

  private void map(int depth) throws IOException, DamagedParquet {
    long size = varint();
    int types = size == 0 ? 0 : one();
    for (long i = 0; i < size; i++) {
      value(types >> 4, depth - 1);
      value(types & 0x0F, depth - 1);
    }
  }

  private long varint() throws IOException, DamagedParquet {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = one();
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new DamagedParquet("metadata has a number of more than 64 bits");
  }

  private int one() throws IOException, DamagedParquet {
    int next = read.size() < most ? in.read() : -1;
    if (next < 0) {
      throw endsEarly();
    }
    read.write(next);
    return next;
  }

  private void bytes(long count) throws IOException, DamagedParquet {
    if (count < 0 || count > most - read.size()) {
      throw endsEarly();
    }
    byte[] bytes = in.readNBytes((int) count);
    if (bytes.length < count) {
      throw endsEarly();
    }
    read.writeBytes(bytes);
  }

  private static DamagedParquet endsEarly() {
    return new DamagedParquet("metadata claims more bytes than there are");
  }
}
