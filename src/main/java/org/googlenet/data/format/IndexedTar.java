package org.googlenet.data.format;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** Reads records of a tar by their places in its index; only one at a time is in memory. */
final class IndexedTar implements IndexedShard {

  private final ShardSource source;
  private final ShardIndex index;

  IndexedTar(ShardSource source, ShardIndex index) {
    this.source = source;
    this.index = index;
  }

  @Override
  public int records() {
    return index.records();
  }

  @Override
  public RecordReader read(int from, int to) throws IOException {
    long begin = index.offset(from);
    InputStream in = source.open(begin, index.offset(to) - begin);
    return new Reader(in, from, to);
  }

  private final class Reader implements RecordReader {

    private final InputStream in;
    private final int to;
    private int position;

    Reader(InputStream in, int from, int to) {
      this.in = in;
      this.position = from;
      this.to = to;
    }

    @Override
    public StoredRecord next() throws IOException {
      if (position == to) {
        return null;
      }
      int record = position++;
      byte[] bytes = in.readNBytes(index.length(record));
      if (bytes.length < index.length(record)) {
        throw truncated(record, bytes.length);
      }
      return TarRecord.parse(source.where(), record, bytes);
    }

    private DamagedRecord truncated(int record, int found) {
      return new DamagedRecord(
          record,
          String.format(
              Locale.ROOT,
              "%s: ends within record %d, at byte %d of %d that it needs (truncated); %s",
              source.where(),
              record,
              index.offset(record) + found,
              index.offset(record + 1),
              DataProblem.MAKE_AGAIN),
          null);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  @Override
  public void check(InputStream in, RecordVisitor visitor) throws IOException {
    if (index.offset(0) != 0) {
      throw misfit("its index begins at byte " + index.offset(0) + " of it");
    }
    for (int position = 0; position < records(); position++) {
      byte[] bytes = in.readNBytes(index.length(position));
      if (bytes.length < index.length(position)) {
        return;
      }
      check(position, bytes, visitor);
    }
    if (!isZero(in)) {
      throw misfit(
          String.format(
              Locale.ROOT, "holds more behind the last of the %d records of its index", records()));
    }
  }

  private void check(int position, byte[] bytes, RecordVisitor visitor) {
    StoredRecord record;
    try {
      record = TarRecord.parse(source.where(), position, bytes);
    } catch (DataProblem e) {
      visitor.damaged(position, e);
      return;
    }
    visitor.record(position, record);
  }

  /** Whether only zeros follow: the end mark of a tar behind the last record. */
  private static boolean isZero(InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    boolean isZero = true;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      for (int i = 0; i < count; i++) {
        isZero &= buffer[i] == 0;
      }
    }
    return isZero;
  }

  private DataProblem misfit(String what) {
    return new DataProblem("%s: %s; %s".formatted(source.where(), what, DataProblem.MAKE_AGAIN));
  }
}
