package org.googlenet.evaluation;

import java.io.Serializable;
import java.util.BitSet;

/**
 * Which records of a data set a model gets right, one bit per record in the data set's order, so
 * that two models can be compared record by record.
 */
public final class Hits implements Serializable {

  private static final long serialVersionUID = 1L;

  private final BitSet right = new BitSet();
  private int records;

  /** Adds the next record. */
  void add(boolean isRight) {
    right.set(records++, isRight);
  }

  /** Appends the records of another part. */
  void add(Hits next) {
    next.right.stream().forEach(record -> right.set(records + record));
    records += next.records;
  }

  /** The number of records. */
  public int records() {
    return records;
  }

  /** The number of records that the model gets right. */
  public int count() {
    return right.cardinality();
  }

  /** The share of records that the model gets right, 0 to 1. */
  public double top1() {
    return records == 0 ? 0 : (double) count() / records;
  }

  /** The number of records that this model gets right and another one gets wrong. */
  public int countOnlyHere(Hits other) {
    if (records != other.records) {
      throw new IllegalArgumentException(
          records + " records here and " + other.records + " of the other model");
    }
    BitSet only = (BitSet) right.clone();
    only.andNot(other.right);
    return only.cardinality();
  }
}
