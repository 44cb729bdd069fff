package org.googlenet.data.format;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads the images of a shard that somebody else wrote from their places in bytes; only one at a
 * time is in memory.
 */
final class IndexedImages implements IndexedShard {

  /** Up to here, reading on is cheaper than another request to an object store. */
  private static final long NEAR = 1 << 20;

  private final ShardSource source;
  private final RecordIndex index;
  private final Packing packing;

  IndexedImages(ShardSource source, RecordIndex index) {
    this.source = source;
    this.index = index;
    this.packing = index.origin().packing();
  }

  @Override
  public int records() {
    return index.records();
  }

  @Override
  public RecordReader read(int from, int to) throws IOException {
    Reader reader = new Reader(from, to);
    reader.open(from);
    return reader;
  }

  private final class Reader implements RecordReader {

    private final int to;
    private int next;
    private InputStream in;
    private long at;

    /** What ends a packed shard early; null as long as nothing is known of. */
    private Packing.Damaged damage;

    /** From this place on it cannot be unpacked. */
    private long damagedFrom;

    Reader(int from, int to) {
      this.next = from;
      this.to = to;
    }

    @Override
    public StoredRecord next() throws IOException {
      if (next == to) {
        return null;
      }
      int record = next++;
      return index.record(source.where(), record, image(record));
    }

    private byte[] image(int record) throws IOException {
      if (damage != null && index.place(record) >= damagedFrom) {
        throw index.damaged(source.where(), record, damage.getMessage(), damage);
      }
      try {
        moveTo(record);
        byte[] image = in.readNBytes(index.length(record));
        at += image.length;
        if (image.length < index.length(record)) {
          throw index.damaged(source.where(), record, "the shard ends within it (truncated)", null);
        }
        return image;
      } catch (Packing.Damaged e) {
        // What was not unpacked has no place any more; what lies before begins from the first byte.
        damage = e;
        damagedFrom = index.place(record);
        close();
        throw index.damaged(source.where(), record, e.getMessage(), e);
      }
    }

    private void moveTo(int record) throws IOException {
      long gap = index.place(record) - at;
      boolean isNear = gap >= 0 && (gap <= NEAR || packing != Packing.NONE);
      if (in == null || !isNear) {
        close();
        open(record);
      }
      at += skip(in, index.place(record) - at);
    }

    /** Opens the shard for this record and those behind it, up to the first that lies apart. */
    void open(int record) throws IOException {
      if (packing != Packing.NONE) {
        in = packing.open(source.open(0, source.shard().bytes()));
        at = 0;
        return;
      }
      at = index.place(record);
      long end = at + index.length(record);
      for (int i = record + 1; i < to && index.place(i) >= end; i++) {
        if (index.place(i) - end > NEAR) {
          break;
        }
        end = index.place(i) + index.length(i);
      }
      in = source.open(at, end - at);
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

  @Override
  public void check(InputStream in, RecordVisitor visitor) throws IOException {
    InputStream content = packing.open(in);
    long at = 0;
    for (int record = 0; record < records(); record++) {
      long place = index.place(record);
      if (place < at) {
        throw new DataProblem(
            "%s: its index names places that overlap; make it again with 'googlenet index'"
                .formatted(source.where()));
      }
      try {
        skip(content, place - at);
        byte[] image = content.readNBytes(index.length(record));
        at = place + image.length;
        check(record, image, visitor);
      } catch (Packing.Damaged e) {
        visitor.damaged(record, index.damaged(source.where(), record, e.getMessage(), e));
        return;
      }
    }
  }

  private void check(int record, byte[] image, RecordVisitor visitor) {
    StoredRecord stored;
    try {
      stored = index.record(source.where(), record, image);
    } catch (DamagedRecord e) {
      visitor.damaged(record, e);
      return;
    }
    visitor.record(record, stored);
  }

  /** Reads over bytes; returns how many there were. */
  private static long skip(InputStream in, long count) throws IOException {
    byte[] buffer = new byte[(int) Math.min(count, 1 << 16)];
    long left = count;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        break;
      }
      left -= read;
    }
    return count - left;
  }
}
