package org.googlenet.data.format.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;

/**
 * A page of a column as it lies in the file, of the first or the second version of Parquet.
 *
 * @param header as the library read it
 * @param bytes behind the header
 * @param rows the number of values, nulls included; bounded by the reader
 */
@SuppressWarnings("ArrayRecordComponent")
record DataPage(PageHeader header, byte[] bytes, int rows) {

  /** Whether its values are positions in a dictionary. */
  boolean needsDictionary() {
    Encoding encoding =
        header.isSetData_page_header_v2()
            ? header.getData_page_header_v2().getEncoding()
            : header.getData_page_header().getEncoding();
    return encoding == Encoding.PLAIN_DICTIONARY || encoding == Encoding.RLE_DICTIONARY;
  }

  /**
   * Its values.
   *
   * @param dictionary of the column chunk; may be null if it is not needed
   * @throws DamagedParquet if the page is damaged, or written in a way that is not supported
   */
  ColumnValues values(ParquetColumn column, CompressionCodec codec, ColumnValues dictionary)
      throws DamagedParquet {
    verify(header, bytes);
    return header.isSetData_page_header_v2()
        ? second(column, codec, dictionary)
        : first(column, codec, dictionary);
  }

  private ColumnValues first(ParquetColumn column, CompressionCodec codec, ColumnValues dictionary)
      throws DamagedParquet {
    DataPageHeader data = header.getData_page_header();
    ByteBuffer values =
        ByteBuffer.wrap(PageCodec.unpack(codec, bytes, header.getUncompressed_page_size()))
            .order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer levels = values.slice(0, 0);
    if (column.definition() > 0) {
      if (data.getDefinition_level_encoding() != Encoding.RLE) {
        throw new DamagedParquet("has levels in an encoding that is not supported");
      }
      int length = values.remaining() < Integer.BYTES ? -1 : values.getInt();
      if (length < 0 || length > values.remaining()) {
        throw levelsTooLong();
      }
      levels = values.slice(values.position(), length);
      values.position(values.position() + length);
    }
    return decode(column, data.getEncoding(), levels, values.slice(), dictionary);
  }

  private ColumnValues second(ParquetColumn column, CompressionCodec codec, ColumnValues dictionary)
      throws DamagedParquet {
    DataPageHeaderV2 data = header.getData_page_header_v2();
    int repetitions = data.getRepetition_levels_byte_length();
    int definitions = data.getDefinition_levels_byte_length();
    if (repetitions < 0 || definitions < 0 || definitions > bytes.length - repetitions) {
      throw levelsTooLong();
    }
    int begin = repetitions + definitions;
    byte[] packed = Arrays.copyOfRange(bytes, begin, bytes.length);
    boolean isPacked = !data.isSetIs_compressed() || data.isIs_compressed();
    byte[] values =
        isPacked && packed.length > 0
            ? PageCodec.unpack(codec, packed, header.getUncompressed_page_size() - begin)
            : packed;
    ByteBuffer levels = ByteBuffer.wrap(bytes, repetitions, definitions);
    return decode(column, data.getEncoding(), levels, ByteBuffer.wrap(values), dictionary);
  }

  private ColumnValues decode(
      ParquetColumn column,
      Encoding encoding,
      ByteBuffer levels,
      ByteBuffer values,
      ColumnValues dictionary)
      throws DamagedParquet {
    boolean[] isThere = new boolean[rows];
    int count = rows;
    if (column.definition() == 0) {
      Arrays.fill(isThere, true);
    } else {
      count = 0;
      RunLengths definitions = new RunLengths(levels, column.definitionBits());
      for (int i = 0; i < rows; i++) {
        isThere[i] = definitions.next() == column.definition();
        count += isThere[i] ? 1 : 0;
      }
    }
    return ColumnValues.decode(column.type(), encoding, values, count, dictionary).spread(isThere);
  }

  /**
   * Compares a page with its checksum, if it has one.
   *
   * @throws DamagedParquet if it is another
   */
  static void verify(PageHeader header, byte[] bytes) throws DamagedParquet {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (header.isSetCrc() && header.getCrc() != (int) crc.getValue()) {
      throw new DamagedParquet(
          String.format(
              Locale.ROOT, "has a page of %d bytes that its checksum does not fit", bytes.length));
    }
  }

  private static DamagedParquet levelsTooLong() {
    return new DamagedParquet("has levels that are longer than their page");
  }
}
