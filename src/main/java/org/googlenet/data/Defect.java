package org.googlenet.data;

import java.util.Locale;

/** What can be wrong with data sets, in the order in which it is told. */
public enum Defect {
  /** {@code dataset.json} is missing, damaged or of no records. */
  DESCRIPTION,
  /** The classes are not the recipe's or not those of the other data sets. */
  CLASSES,
  /** A shard is missing, or its bytes are not those of its checksum. */
  SHARD,
  /** An index is missing, damaged or not that of its shard. */
  INDEX,
  /** What lies where a record should is not an image and a label. */
  RECORD,
  /** A label is outside the classes. */
  LABEL,
  /** An image cannot be decoded. */
  IMAGE,
  /** Two records of a data set have the same key. */
  KEY,
  /**
   * An image is in two data sets, so that one tells nothing about what was learnt from the other.
   */
  SHARED,
  /** An image is in a data set twice: it counts twice, and that may be meant. */
  TWICE;

  /** Whether the data cannot be used as it is. */
  public boolean isError() {
    return this != TWICE;
  }

  /** In lower case, for people and JSON. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
