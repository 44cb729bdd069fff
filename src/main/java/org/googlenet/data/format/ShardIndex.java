package org.googlenet.data.format;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * Where each record of a tar begins, so that a range of records is read without the rest.
 *
 * <p>Its object lies beside the shard ({@code train-00000.idx} for {@code train-00000.tar}). It is
 * big-endian: the four letters {@code GNIX}, version 1 (int), the number of records n (int), then n
 * + 1 offsets in bytes (long): that of each record's first tar header, and that of the end of the
 * last record.
 */
public final class ShardIndex {

  /** The most bytes of one record in a shard, including tar headers and padding. */
  public static final int MAX_RECORD = 64 << 20;

  /** The most records of one shard. */
  public static final int MAX_RECORDS = 4_000_000;

  private static final int MAGIC = 0x474E4958;
  private static final int VERSION = 1;
  private static final int HEADER = 12;

  private final long[] offsets;

  /** An index of {@code offsets.length - 1} records. */
  public ShardIndex(long[] offsets) {
    this.offsets = offsets.clone();
  }

  /** The length in bytes of the index of a shard with this many records. */
  public static int bytes(int records) {
    return HEADER + 8 * (records + 1);
  }

  /**
   * Reads an index.
   *
   * @param where the index's name, for messages
   * @param records the number of records that the index must have
   * @param shardBytes the length of the shard, which no offset may exceed
   * @throws DataProblem if it is not an index of such a shard
   */
  public static ShardIndex read(byte[] bytes, String where, int records, long shardBytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length != bytes(records)
        || buffer.getInt() != MAGIC
        || buffer.getInt() != VERSION
        || buffer.getInt() != records) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "%s: is not an index (version %d) of %d records; %s",
              where,
              VERSION,
              records,
              DataProblem.MAKE_AGAIN));
    }
    long[] offsets = new long[records + 1];
    buffer.asLongBuffer().get(offsets);
    for (int i = 0; i < records; i++) {
      long length = offsets[i + 1] - offsets[i];
      if (offsets[i] < 0 || length < 1 || length > MAX_RECORD || offsets[i + 1] > shardBytes) {
        throw new DataProblem(
            String.format(
                Locale.ROOT,
                "%s: record %d lies at bytes %d to %d of a shard of %d; %s",
                where,
                i,
                offsets[i],
                offsets[i + 1],
                shardBytes,
                DataProblem.MAKE_AGAIN));
      }
    }
    return new ShardIndex(offsets);
  }

  public byte[] toBytes() {
    ByteBuffer buffer = ByteBuffer.allocate(bytes(records()));
    buffer.putInt(MAGIC).putInt(VERSION).putInt(records());
    buffer.asLongBuffer().put(offsets);
    return buffer.array();
  }

  public int records() {
    return offsets.length - 1;
  }

  /** Where a record begins; for {@code record == records()}, where the last one ends. */
  public long offset(int record) {
    return offsets[record];
  }

  /** The number of bytes that a record takes, including headers and padding. */
  public int length(int record) {
    return Math.toIntExact(offsets[record + 1] - offsets[record]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ShardIndex index && Arrays.equals(offsets, index.offsets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(offsets);
  }
}
