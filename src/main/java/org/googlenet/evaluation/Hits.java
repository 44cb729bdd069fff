package org.googlenet.evaluation;

import java.io.Serializable;
import java.util.BitSet;

/**
 * Which records of a data set a model gets right, one bit per record in the data set's order, so
 * that two models can be compared record by record. Records that could not be read are neither
 * right nor wrong.
 */
public final class Hits implements Serializable {

  private static final long serialVersionUID = 1L;

  private final BitSet right = new BitSet();
  private final BitSet unread = new BitSet();
  private int records;

  /** Adds the next record. */
  void add(boolean isRight) {
    right.set(records++, isRight);
  }

  /**
   * Puts records that could not be read between those that were added.
   *
   * @param places theirs among all records
   */
  void insertUnread(BitSet places) {
    BitSet read = (BitSet) right.clone();
    int all = records + places.cardinality();
    right.clear();
    unread.or(places);
    for (int record = 0, next = 0; record < all; record++) {
      if (!places.get(record)) {
        right.set(record, read.get(next++));
      }
    }
    records = all;
  }

  /** Appends the records of another part. */
  void add(Hits next) {
    next.right.stream().forEach(record -> right.set(records + record));
    next.unread.stream().forEach(record -> unread.set(records + record));
    records += next.records;
  }

  /** The number of records that were read. */
  public int records() {
    return records - unread.cardinality();
  }

  /** The number of records that the model gets right. */
  public int count() {
    return right.cardinality();
  }

  /** The share of records that the model gets right, 0 to 1. */
  public double top1() {
    return records() == 0 ? 0 : (double) count() / records();
  }

  /** The number of records that were read for both models. */
  public int countRead(Hits other) {
    requireSameRecords(other);
    BitSet either = (BitSet) unread.clone();
    either.or(other.unread);
    return records - either.cardinality();
  }

  /** The number of records that this model gets right and another one gets wrong. */
  public int countOnlyHere(Hits other) {
    requireSameRecords(other);
    BitSet only = (BitSet) right.clone();
    only.andNot(other.right);
    only.andNot(other.unread);
    return only.cardinality();
  }

  private void requireSameRecords(Hits other) {
    if (records != other.records) {
      throw new IllegalArgumentException(
          records + " records here and " + other.records + " of the other model");
    }
  }
}
