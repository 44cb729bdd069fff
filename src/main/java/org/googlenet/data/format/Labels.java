package org.googlenet.data.format;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * What is known of the labels of a data set: the classes that they stand for.
 *
 * @param classNames in the order of the classes
 * @param first the label of the first class, 0 or 1
 */
public record Labels(List<String> classNames, int first) implements Serializable {

  public Labels {
    classNames = List.copyOf(classNames);
  }

  /** The number of classes. */
  public int classes() {
    return classNames.size();
  }

  /**
   * The record with its class, from 0.
   *
   * @param where the shard's name, for messages
   * @throws DataProblem if its label is that of no class
   */
  public Record apply(String where, StoredRecord stored) {
    return new Record(stored.key(), stored.image(), label(where, stored));
  }

  /**
   * The class of a record, from 0.
   *
   * @param where the shard's name, for messages
   * @throws DataProblem if its label is that of no class
   */
  public int label(String where, StoredRecord stored) {
    if (!stored.label().matches("-?[0-9]{1,9}")) {
      throw new DataProblem(
          "%s: record %s: label '%s' is not a number; %s"
              .formatted(where, stored.key(), stored.label(), DataProblem.MAKE_AGAIN));
    }
    int last = first + classes() - 1;
    int value = Integer.parseInt(stored.label());
    if (value < first || value > last) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "%s: record %s: label %d is outside %d..%d (data set has %d classes); %s",
              where,
              stored.key(),
              value,
              first,
              last,
              classes(),
              DataProblem.MAKE_AGAIN));
    }
    return value - first;
  }
}
