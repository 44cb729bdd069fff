package org.googlenet.data.format.parquet;

import java.io.Closeable;
import java.io.IOException;
import org.googlenet.data.format.ShardSource;

/** The values of one column by their rows, which are asked for in ascending order. */
final class ColumnRows implements Closeable {

  private final ShardSource source;
  private final ParquetFooter footer;
  private final ParquetColumn column;
  private final long until;
  private int group = -1;
  private ChunkPages pages;
  private DamagedParquet endOfGroup;
  private int first;
  private int last = -1;
  private ColumnValues values;
  private DamagedParquet damage;

  /**
   * A column of a file.
   *
   * @param until one past the last row that will be asked for
   */
  ColumnRows(ShardSource source, ParquetFooter footer, ParquetColumn column, long until) {
    this.source = source;
    this.footer = footer;
    this.column = column;
    this.until = until;
  }

  /**
   * The value of a row, as its bytes in the plain encoding without a length; null if it is null.
   *
   * @param row best not before that of the last call, whose row group is then begun again
   * @throws DamagedParquet if it cannot be read; later rows may be whole
   */
  byte[] get(long row) throws IOException, DamagedParquet {
    int found = footer.groupOf(row);
    int inGroup = (int) (row - footer.groups().get(found).first());
    if (found != group || inGroup < first) {
      begin(found, inGroup);
    }
    if (endOfGroup != null) {
      throw new DamagedParquet(endOfGroup.getMessage(), endOfGroup);
    }
    if (inGroup > last) {
      load(inGroup);
    }
    if (damage != null) {
      throw new DamagedParquet(damage.getMessage(), damage);
    }
    return values.get(inGroup - first);
  }

  /** Begins to fetch the page of a row, which will be asked for next. */
  void open(long row) throws IOException {
    int found = footer.groupOf(row);
    begin(found, (int) (row - footer.groups().get(found).first()));
    if (pages != null) {
      pages.open();
    }
  }

  private void begin(int found, int inGroup) throws IOException {
    close();
    group = found;
    endOfGroup = null;
    first = inGroup;
    last = -1;
    ParquetFooter.Group rows = footer.groups().get(found);
    int end = (int) Math.min(rows.rows(), until - rows.first());
    try {
      pages = new ChunkPages(source, column, rows, inGroup, end);
    } catch (DamagedParquet e) {
      endOfGroup = e;
    }
  }

  /** Reads the page of a row; if it is not found, nothing behind it in the group is either. */
  private void load(int inGroup) throws IOException, DamagedParquet {
    values = null;
    damage = null;
    try {
      pages.to(inGroup);
    } catch (DamagedParquet e) {
      endOfGroup = e;
      throw e;
    }
    first = pages.first();
    last = pages.last();
    try {
      values = pages.values();
    } catch (DamagedParquet e) {
      damage = e;
    }
  }

  @Override
  public void close() throws IOException {
    if (pages != null) {
      ChunkPages open = pages;
      pages = null;
      open.close();
    }
  }
}
