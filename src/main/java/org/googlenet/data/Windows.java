package org.googlenet.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.googlenet.data.format.Record;

/**
 * Encoded records in the order in which they become batches: as they come, or shuffled by hash
 * within windows, each limited to a number of records and to {@value #BYTES} bytes.
 */
final class Windows implements Closeable {

  /** The most encoded bytes of a window, not counting its last record. */
  static final long BYTES = 256L << 20;

  private static final Comparator<Located> BY_HASH =
      Comparator.comparingLong(Located::order).thenComparing(located -> located.record().key());

  private final Records records;
  private final int length;

  /** Null to keep the order. */
  private final EpochSeed seed;

  /** A record, its place in the shards, and its place in the order. */
  record Located(Records.Place place, Record record, long order) {}

  /**
   * Windows of records in the order of a hash.
   *
   * @param length the most records per window
   */
  static Windows shuffled(Records records, int length, EpochSeed seed) {
    return new Windows(records, length, seed);
  }

  /** Windows of records in the order in which they come. */
  static Windows inOrder(Records records, int length) {
    return new Windows(records, length, null);
  }

  private Windows(Records records, int length, EpochSeed seed) {
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
      long place = seed == null ? window.size() : seed.order(record.key());
      window.add(new Located(records.place(), record, place));
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
