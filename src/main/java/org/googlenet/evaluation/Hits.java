package org.googlenet.evaluation;

import java.io.Serializable;
import java.util.BitSet;

/**
 * Which records of a data set a model is right about, one bit for each in the data set's order, so
 * that two models can be compared record by record.
 */
public final class Hits implements Serializable {

  private static final long serialVersionUID = 1L;

  private final BitSet right = new BitSet();
  private int records;

  /** Notes the next record. */
  void add(boolean isRight) {
    right.set(records++, isRight);
  }

  /** Appends the records of another part. */
  void add(Hits next) {
    next.right.stream().forEach(record -> right.set(records + record));
    records += next.records;
  }

  /** How many records there are. */
  public int records() {
    return records;
  }

  /** How many the model is right about. */
  public int count() {
    return right.cardinality();
  }

  /** The share it is right about, 0 to 1. */
  public double top1() {
    return records == 0 ? 0 : (double) count() / records;
  }

  /** How many records this model is right about and another one is wrong about. */
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
