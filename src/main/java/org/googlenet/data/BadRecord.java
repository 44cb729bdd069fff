package org.googlenet.data;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A record of a data set that cannot be used, where it lies, and why.
 *
 * @param shard the shard's name
 * @param position of the record in the shard, from 0
 * @param key null if the record cannot be read as far as that
 * @param kind {@link Defect#RECORD}, {@link Defect#LABEL} or {@link Defect#IMAGE}
 * @param reason one line: what is wrong with it
 */
public record BadRecord(String shard, int position, String key, Defect kind, String reason)
    implements Serializable {

  /** By their places in the data set. */
  public static final Comparator<BadRecord> BY_PLACE =
      Comparator.comparing(BadRecord::shard).thenComparingInt(BadRecord::position);

  /** The record, and what is wrong with it, in one line. */
  @Override
  public String toString() {
    return "shard " + shard + ": " + reason;
  }
}
