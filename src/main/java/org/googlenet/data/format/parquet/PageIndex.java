package org.googlenet.data.format.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.Util;
import org.googlenet.data.format.ShardSource;

/**
 * Where the pages of a column chunk begin, as the file itself lists them.
 *
 * @param pages in the order of their rows
 * @param end where the chunk ends in the file
 */
record PageIndex(List<PageLocation> pages, long end) {

  PageIndex {
    pages = List.copyOf(pages);
  }

  /**
   * Reads the index of a chunk that has one.
   *
   * @param begin where the chunk begins in the file
   * @param end where it ends
   * @throws DamagedParquet if it is damaged, or of other pages
   */
  static PageIndex read(ShardSource source, ColumnChunk chunk, long begin, long end)
      throws IOException, DamagedParquet {
    int length = chunk.getOffset_index_length();
    long offset = chunk.getOffset_index_offset();
    if (length < 0 || offset < 0 || offset > source.shard().bytes() - length) {
      throw new DamagedParquet("has a page index outside the file");
    }
    byte[] bytes;
    try (InputStream in = source.open(offset, length)) {
      bytes = CompactThrift.read(in, length);
    }
    List<PageLocation> pages;
    try {
      pages = Util.readOffsetIndex(new ByteArrayInputStream(bytes)).getPage_locations();
    } catch (IOException | RuntimeException e) {
      throw new DamagedParquet("has a page index that is damaged", e);
    }
    long last = begin - 1;
    long row = -1;
    for (PageLocation page : pages) {
      if (page.getOffset() <= last || page.getOffset() >= end || page.getFirst_row_index() <= row) {
        throw new DamagedParquet("has a page index that is not of its pages");
      }
      last = page.getOffset();
      row = page.getFirst_row_index();
    }
    return new PageIndex(pages, end);
  }

  /** The last page that begins with a row or before it; null if there is none. */
  PageLocation pageOf(int row) {
    PageLocation found = null;
    for (PageLocation page : pages) {
      if (page.getFirst_row_index() <= row) {
        found = page;
      }
    }
    return found;
  }

  /** Where the pages with rows before this one end in the file. */
  long endOf(int until) {
    for (PageLocation page : pages) {
      if (page.getFirst_row_index() >= until) {
        return page.getOffset();
      }
    }
    return end;
  }
}
