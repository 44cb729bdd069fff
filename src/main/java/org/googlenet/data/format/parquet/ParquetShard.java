package org.googlenet.data.format.parquet;

import java.io.IOException;
import java.io.InputStream;
import org.googlenet.data.format.DamagedRecord;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.IndexedShard;
import org.googlenet.data.format.RecordIndex;
import org.googlenet.data.format.RecordReader;
import org.googlenet.data.format.RecordVisitor;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.StoredRecord;

/**
 * Reads images of a Parquet file by the rows and the column that its index has; of the file it
 * reads the footer and the pages with these rows.
 */
final class ParquetShard implements IndexedShard {

  private final ShardSource source;
  private final RecordIndex index;

  ParquetShard(ShardSource source, RecordIndex index) {
    this.source = source;
    this.index = index;
  }

  /** Where an image is, for the index: the number of its column and its row. */
  static long place(ParquetColumn column, long row) {
    return ((long) column.number() << Integer.SIZE) | row;
  }

  private int column(int record) {
    return (int) (index.place(record) >>> Integer.SIZE);
  }

  private long row(int record) {
    return index.place(record) & 0xFFFF_FFFFL;
  }

  @Override
  public int records() {
    return index.records();
  }

  @Override
  public RecordReader read(int from, int to) throws IOException {
    if (from == to) {
      return new Reader(null, to, to);
    }
    Reader reader = reader(source, from, to);
    reader.images.open(row(from));
    return reader;
  }

  private Reader reader(ShardSource bytes, int from, int to) throws IOException {
    ParquetFooter footer;
    try {
      footer = ParquetFooter.read(source);
    } catch (DamagedParquet e) {
      throw changed(e.getMessage(), e);
    }
    if (column(from) >= footer.columns().size() || row(to - 1) >= footer.rows()) {
      throw changed("has fewer columns or rows than its index", null);
    }
    ParquetColumn image = footer.columns().get(column(from));
    return new Reader(new ColumnRows(bytes, footer, image, row(to - 1) + 1), from, to);
  }

  private DataProblem changed(String what, Exception cause) {
    return new DataProblem(
        "%s: %s; bring it back as it was, or index it again with 'googlenet index'"
            .formatted(source.where(), what),
        cause);
  }

  private final class Reader implements RecordReader {

    private final ColumnRows images;
    private final int to;
    private int next;

    Reader(ColumnRows images, int from, int to) {
      this.images = images;
      this.next = from;
      this.to = to;
    }

    @Override
    public StoredRecord next() throws IOException {
      if (next == to) {
        return null;
      }
      int record = next++;
      byte[] image;
      try {
        image = images.get(row(record));
      } catch (DamagedParquet e) {
        throw index.damaged(source.where(), record, e.getMessage(), e);
      }
      return index.record(source.where(), record, image == null ? new byte[0] : image);
    }

    @Override
    public void close() throws IOException {
      if (images != null) {
        images.close();
      }
    }
  }

  @Override
  public void check(InputStream in, RecordVisitor visitor) throws IOException {
    if (records() == 0) {
      return;
    }
    ShardSource once = source.with(new ForwardBytes(source, in));
    try (Reader reader = reader(once, 0, records())) {
      for (int record = 0; record < records(); record++) {
        StoredRecord stored;
        try {
          stored = reader.next();
        } catch (DamagedRecord e) {
          visitor.damaged(record, e);
          continue;
        }
        visitor.record(record, stored);
      }
    }
  }
}
