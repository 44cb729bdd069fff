package org.googlenet.data.format;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The meaning of a data set's labels: which class each stands for.
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
   * The stored record with its class, from 0.
   *
   * @param where the shard's name, for messages
   * @throws DataProblem if its label does not stand for a class
   */
  public Record apply(String where, StoredRecord stored) {
    return new Record(stored.key(), stored.image(), label(where, stored));
  }

  /**
   * The class of a record, from 0.
   *
   * @param where the shard's name, for messages
   * @throws DataProblem if its label does not stand for a class
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
