package org.googlenet.data.format.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/**
 * The values of one page, each as its bytes in the plain encoding without a length.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">the encodings</a>
 */
final class ColumnValues {

  private static final int NULL = -1;

  /** Writers use 128; the library takes memory for a whole block of deltas. */
  private static final int MOST_DELTAS = 1 << 16;

  private final byte[] content;
  private final int[] starts;
  private final int[] lengths;

  private ColumnValues(byte[] content, int[] starts, int[] lengths) {
    this.content = content;
    this.starts = starts;
    this.lengths = lengths;
  }

  /** The number of values, nulls included. */
  int size() {
    return starts.length;
  }

  /** A value; null if it is null. */
  byte[] get(int position) {
    int start = starts[position];
    return lengths[position] == NULL
        ? null
        : Arrays.copyOfRange(content, start, start + lengths[position]);
  }

  /** The values without nulls that a dictionary's page lists. */
  static ColumnValues dictionary(Type type, byte[] page, int size) throws DamagedParquet {
    if (size < 0 || size > page.length / Integer.BYTES) {
      throw new DamagedParquet("has a dictionary of fewer values than its header says");
    }
    return plain(type, ByteBuffer.wrap(page), size);
  }

  /**
   * Decodes values without nulls.
   *
   * @param data the encoded values
   * @param count how many they are; bounded by the caller
   * @param dictionary of the column chunk, or null
   * @throws DamagedParquet if they are damaged, or their encoding is not supported
   */
  static ColumnValues decode(
      Type type, Encoding encoding, ByteBuffer data, int count, ColumnValues dictionary)
      throws DamagedParquet {
    if (count == 0) {
      return new ColumnValues(new byte[0], new int[0], new int[0]);
    }
    return switch (encoding) {
      case PLAIN -> plain(type, data, count);
      case PLAIN_DICTIONARY, RLE_DICTIONARY -> chosen(data, count, dictionary);
      case DELTA_BINARY_PACKED -> deltas(type, data, count);
      case DELTA_LENGTH_BYTE_ARRAY -> texts(data, count);
      case DELTA_BYTE_ARRAY -> textsByPrefix(data, count);
      default ->
          throw new DamagedParquet("has values in encoding " + encoding + ", which is not supported");
    };
  }

  /** The same values with nulls between them. */
  ColumnValues spread(boolean[] isThere) {
    int[] allStarts = new int[isThere.length];
    int[] allLengths = new int[isThere.length];
    int next = 0;
    for (int i = 0; i < isThere.length; i++) {
      allStarts[i] = isThere[i] ? starts[next] : 0;
      allLengths[i] = isThere[i] ? lengths[next++] : NULL;
    }
    return new ColumnValues(content, allStarts, allLengths);
  }

  private static ColumnValues plain(Type type, ByteBuffer data, int count) throws DamagedParquet {
    data.order(ByteOrder.LITTLE_ENDIAN);
    int[] starts = new int[count];
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      int length =
          switch (type) {
            case INT32 -> Integer.BYTES;
            case INT64 -> Long.BYTES;
            case BYTE_ARRAY -> data.remaining() < Integer.BYTES ? NULL : data.getInt();
            default -> throw new DamagedParquet("has values of type " + type);
          };
      if (length < 0 || length > data.remaining()) {
        throw fewer();
      }
      starts[i] = data.arrayOffset() + data.position();
      lengths[i] = length;
      data.position(data.position() + length);
    }
    return new ColumnValues(data.array(), starts, lengths);
  }

  private static ColumnValues chosen(ByteBuffer data, int count, ColumnValues dictionary)
      throws DamagedParquet {
    if (dictionary == null) {
      throw new DamagedParquet("has no dictionary for the values of a page");
    }
    int[] starts = new int[count];
    int[] lengths = new int[count];
    RunLengths positions = new RunLengths(data, data.hasRemaining() ? data.get() : 0);
    for (int i = 0; i < count; i++) {
      int position = positions.next();
      if (position < 0 || position >= dictionary.size()) {
        throw new DamagedParquet("has a value that its dictionary does not have");
      }
      starts[i] = dictionary.starts[position];
      lengths[i] = dictionary.lengths[position];
    }
    return new ColumnValues(dictionary.content, starts, lengths);
  }

  private static ColumnValues deltas(Type type, ByteBuffer data, int count) throws DamagedParquet {
    int bytes = type == Type.INT32 ? Integer.BYTES : Long.BYTES;
    long[] values = deltas(data, count);
    ByteBuffer all = ByteBuffer.allocate(bytes * count).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      if (type == Type.INT32) {
        all.putInt((int) value);
      } else {
        all.putLong(value);
      }
    }
    return plain(type, all.flip(), count);
  }

  private static ColumnValues texts(ByteBuffer data, int count) throws DamagedParquet {
    long[] lengths = deltas(data, count);
    int[] starts = new int[count];
    int[] ends = new int[count];
    for (int i = 0; i < count; i++) {
      if (lengths[i] < 0 || lengths[i] > data.remaining()) {
        throw fewer();
      }
      starts[i] = data.arrayOffset() + data.position();
      ends[i] = (int) lengths[i];
      data.position(data.position() + ends[i]);
    }
    return new ColumnValues(data.array(), starts, ends);
  }

  /** Each text begins with so many bytes of the one before it. */
  private static ColumnValues textsByPrefix(ByteBuffer data, int count) throws DamagedParquet {
    long[] prefixes = deltas(data, count);
    ColumnValues suffixes = texts(data, count);
    int[] starts = new int[count];
    int[] lengths = new int[count];
    long total = 0;
    for (int i = 0; i < count; i++) {
      if (prefixes[i] < 0 || prefixes[i] > (i == 0 ? 0 : lengths[i - 1])) {
        throw new DamagedParquet("has a text that shares more than the one before it has");
      }
      total += prefixes[i] + suffixes.lengths[i];
      if (total > PageCodec.most(data.capacity())) {
        throw new DamagedParquet("has texts that claim to be longer than a page may be");
      }
      lengths[i] = (int) prefixes[i] + suffixes.lengths[i];
      starts[i] = (int) total - lengths[i];
    }
    byte[] content = new byte[(int) total];
    for (int i = 0; i < count; i++) {
      int prefix = (int) prefixes[i];
      if (prefix > 0) {
        System.arraycopy(content, starts[i - 1], content, starts[i], prefix);
      }
      System.arraycopy(
          suffixes.content,
          suffixes.starts[i],
          content,
          starts[i] + prefix,
          suffixes.lengths[i]);
    }
    return new ColumnValues(content, starts, lengths);
  }

  /** Reads numbers by the library, and leaves the buffer behind them. */
  private static long[] deltas(ByteBuffer data, int count) throws DamagedParquet {
    checkDeltas(data.duplicate(), count);
    try {
      ByteBufferInputStream in = ByteBufferInputStream.wrap(data.slice());
      DeltaBinaryPackingValuesReader reader = new DeltaBinaryPackingValuesReader();
      reader.initFromPage(count, in);
      long[] values = new long[count];
      for (int i = 0; i < count; i++) {
        values[i] = reader.readLong();
      }
      data.position(data.position() + (int) in.position());
      return values;
    } catch (IOException | RuntimeException e) {
      throw new DamagedParquet("has deltas that are damaged", e);
    }
  }

  private static void checkDeltas(ByteBuffer data, int count) throws DamagedParquet {
    long block = varint(data);
    long parts = varint(data);
    long values = varint(data);
    if (block < 1 || block > MOST_DELTAS || parts < 1 || parts > block || values != count) {
      throw new DamagedParquet("has deltas that are damaged");
    }
  }

  private static long varint(ByteBuffer data) throws DamagedParquet {
    long value = 0;
    for (int shift = 0; shift < Integer.SIZE && data.hasRemaining(); shift += 7) {
      byte next = data.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw fewer();
  }

  private static DamagedParquet fewer() {
    return new DamagedParquet("has fewer values than its header says");
  }
}
