package org.googlenet.data;

import java.util.Locale;

/** What can be wrong with a data set, in the order of a report. */
public enum Defect {
  /** {@code dataset.json} is missing, damaged or without records. */
  DESCRIPTION,
  /** The classes are not the recipe's, or not those of the other data sets. */
  CLASSES,
  /** A shard is missing, or its bytes do not have its checksum. */
  SHARD,
  /** An index is missing, damaged or that of another shard. */
  INDEX,
  /** There is no image and label where a record should be. */
  RECORD,
  /** A label is not one of the classes. */
  LABEL,
  /** An image cannot be decoded. */
  IMAGE,
  /** Two records of a data set have the same key. */
  KEY,
  /** An image is in two data sets, so that one cannot show what was learnt from the other. */
  SHARED,
  /** An image is in a data set more than once, with different labels: at most one is right. */
  CONFLICT,
  /** An image is in a data set twice, so it counts twice, which may be intended. */
  TWICE,
  /** An image is decoded, but is damaged or has parts that its library warns of. */
  FLAWED;

  /** Whether the data cannot be used as it is. */
  public boolean isError() {
    return this != CONFLICT && this != TWICE && this != FLAWED;
  }

  /** Whether a single record is bad, which a training may pass over. */
  public boolean isOfOneRecord() {
    return this == RECORD || this == LABEL || this == IMAGE;
  }

  /** In lower case, for people and JSON. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
