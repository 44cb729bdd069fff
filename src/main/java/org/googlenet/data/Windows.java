package org.googlenet.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.googlenet.data.format.Record;

/**
 * Encoded records in the order in which they become batches: shuffled by hash within windows, each
 * limited to a number of records and to {@value #BYTES} bytes.
 */
final class Windows implements Closeable {

  /** The most encoded bytes of a window, not counting its last record. */
  static final long BYTES = 256L << 20;

  private static final Comparator<Located> BY_HASH =
      Comparator.comparingLong(Located::order).thenComparing(located -> located.record().key());

  private final Records records;
  private final int length;
  private final EpochSeed seed;

  /** A record, its place in the shards, and its place in the order. */
  record Located(Records.Place place, Record record, long order) {}

  /**
   * Windows over some records.
   *
   * @param length the most records per window; 1 keeps their order
   */
  Windows(Records records, int length, EpochSeed seed) {
    this.records = records;
    this.length = length;
    this.seed = seed;
  }

  /** The next window; empty after the last. */
  List<Located> next() throws IOException {
    List<Located> window = new ArrayList<>();
    long bytes = 0;
    while (window.size() < length && bytes < BYTES) {
      Record record = records.next();
      if (record == null) {
        break;
      }
      window.add(new Located(records.place(), record, seed.order(record.key())));
      bytes += record.image().length;
    }
    window.sort(BY_HASH);
    return window;
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
