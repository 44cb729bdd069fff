package org.googlenet.data.format.parquet;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.googlenet.data.format.ShardSource;

/**
 * The pages of one column in one row group, one after the other; only one is in memory. Pages
 * without wanted rows are passed over, by the file's page index if it has one.
 */
final class ChunkPages implements Closeable {

  /** Up to here, reading on is cheaper than another request to an object store. */
  private static final long NEAR = 4 << 20;

  /** The most bytes of a page's header, in which statistics may quote values. */
  private static final long MOST_HEADER = 16 << 20;

  private final ShardSource source;
  private final ParquetColumn column;
  private final ColumnMetaData chunk;
  private final int rows;
  private final long begin;
  private final long end;
  private long stop;
  private InputStream in;
  private long position;
  private ColumnValues dictionary;
  private int first;
  private int next;
  private DataPage page;

  /**
   * Begins with the first page, or the one of a row.
   *
   * @param row the first row that will be asked for
   * @param until one past the last one that will be; rows count from the group's first
   * @throws DamagedParquet if what the file says about the chunk cannot be
   */
  ChunkPages(
      ShardSource source, ParquetColumn column, ParquetFooter.Group group, int row, int until)
      throws IOException, DamagedParquet {
    this.source = source;
    this.column = column;
    this.rows = group.rows();
    ColumnChunk written = group.chunks().get(column.number());
    if (!written.isSetMeta_data() || written.isSetFile_path()) {
      throw new DamagedParquet("has a column that is encrypted or in another file");
    }
    this.chunk = written.getMeta_data();
    long dictionaryOffset = chunk.getDictionary_page_offset();
    this.begin =
        dictionaryOffset > 0
            ? Math.min(dictionaryOffset, chunk.getData_page_offset())
            : chunk.getData_page_offset();
    this.end = begin + chunk.getTotal_compressed_size();
    if (begin < 0 || end < begin || end > source.shard().bytes()) {
      throw new DamagedParquet("has a column chunk outside the file");
    }
    this.position = begin;
    this.stop = end;
    boolean isPart = row > 0 || until < rows;
    if (isPart && written.isSetOffset_index_offset() && end - begin > NEAR) {
      seek(PageIndex.read(source, written, begin, end), row, until);
    }
  }

  /** Opens the file where reading begins. */
  void open() throws IOException {
    stream();
  }

  /** Starts at a page that the index knows, if more than a little lies before it. */
  private void seek(PageIndex index, int row, int until) {
    stop = index.endOf(until);
    PageLocation page = index.pageOf(row);
    if (page != null && page.getOffset() - begin > NEAR) {
      position = page.getOffset();
      next = (int) page.getFirst_row_index();
    }
  }

  /**
   * Goes to the page of a row, which must not lie before that of the last call.
   *
   * @throws DamagedParquet if neither that page nor one behind it can be found
   */
  void to(int row) throws IOException, DamagedParquet {
    while (next <= row) {
      PageHeader header = header();
      int length = header.getCompressed_page_size();
      if (length < 0 || length > end - position) {
        throw longerThanChunk();
      }
      if (header.getType() == PageType.DICTIONARY_PAGE) {
        dictionary = dictionary(header, content(length));
        continue;
      }
      int count = rows(header);
      if (next + count > row) {
        page = new DataPage(header, content(length), count);
      } else {
        skip(length);
      }
      first = next;
      next += count;
    }
  }

  /** The first row of the page, from the group's first. */
  int first() {
    return first;
  }

  /** The last row of the page, from the group's first. */
  int last() {
    return next - 1;
  }

  /**
   * The values of the page.
   *
   * @throws DamagedParquet if it is damaged; the pages behind it may be whole
   */
  ColumnValues values() throws IOException, DamagedParquet {
    if (dictionary == null && page.needsDictionary()) {
      dictionary = dictionaryPassedOver();
    }
    return page.values(column, chunk.getCodec(), dictionary);
  }

  /** The dictionary of a chunk that was not read from its beginning on. */
  private ColumnValues dictionaryPassedOver() throws IOException, DamagedParquet {
    try (InputStream start = new BufferedInputStream(source.open(begin, end - begin))) {
      byte[] written = CompactThrift.read(start, Math.min(MOST_HEADER, end - begin));
      PageHeader header = parse(written);
      int length = header.getCompressed_page_size();
      if (length < 0 || length > end - begin) {
        throw longerThanChunk();
      }
      return dictionary(header, content(start, length));
    }
  }

  /** The number of rows that a page has; none if its kind is not known. */
  private int rows(PageHeader header) throws DamagedParquet {
    int count = 0;
    if (header.isSetData_page_header()) {
      count = header.getData_page_header().getNum_values();
    } else if (header.isSetData_page_header_v2()) {
      count = header.getData_page_header_v2().getNum_values();
    }
    if (count < 0 || count > rows - next) {
      throw new DamagedParquet("has a page with more rows than its row group");
    }
    return count;
  }

  private PageHeader header() throws IOException, DamagedParquet {
    if (position >= stop) {
      throw new DamagedParquet("has a row group with fewer pages than rows");
    }
    byte[] header = CompactThrift.read(stream(), Math.min(MOST_HEADER, stop - position));
    position += header.length;
    return parse(header);
  }

  private static PageHeader parse(byte[] header) throws DamagedParquet {
    try {
      return Util.readPageHeader(new ByteArrayInputStream(header));
    } catch (IOException | RuntimeException e) {
      throw new DamagedParquet("has a page whose header is damaged", e);
    }
  }

  private byte[] content(int length) throws IOException, DamagedParquet {
    byte[] bytes = content(stream(), length);
    position += length;
    return bytes;
  }

  private static byte[] content(InputStream in, int length) throws IOException, DamagedParquet {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new DamagedParquet("ends within a page (truncated)");
    }
    return bytes;
  }

  private void skip(int length) throws IOException, DamagedParquet {
    if (length > NEAR) {
      close();
      position += length;
    } else {
      content(length);
    }
  }

  private InputStream stream() throws IOException {
    if (in == null) {
      in = new BufferedInputStream(source.open(position, stop - position));
    }
    return in;
  }

  private ColumnValues dictionary(PageHeader header, byte[] bytes) throws DamagedParquet {
    DataPage.verify(header, bytes);
    if (!header.isSetDictionary_page_header()) {
      throw new DamagedParquet("has a dictionary whose header is damaged");
    }
    byte[] values = PageCodec.unpack(chunk.getCodec(), bytes, header.getUncompressed_page_size());
    return ColumnValues.dictionary(
        column.type(), values, header.getDictionary_page_header().getNum_values());
  }

  private static DamagedParquet longerThanChunk() {
    return new DamagedParquet("has a page that is longer than its column chunk");
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      InputStream open = in;
      in = null;
      open.close();
    }
  }
}
