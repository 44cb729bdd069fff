package org.googlenet.data.format;

import java.io.Serializable;

/**
 * Consecutive records of one shard.
 *
 * @param shard the shard's position in the data set, from 0
 * @param from the first record, from 0
 * @param to one past the last record
 */
public record Range(int shard, int from, int to) implements Serializable {

  public Range {
    if (shard < 0 || from < 0 || to <= from) {
      throw new IllegalArgumentException(
          "range of records " + from + " to " + to + " in shard " + shard);
    }
  }

  /** The number of records, at least 1. */
  public int records() {
    return to - from;
  }
}
