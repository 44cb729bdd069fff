package org.googlenet.data.format;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The meaning of a data set's labels: which class each stands for, by its number or its name. A
 * label of digits is always a number.
 *
 * @param classNames in the order of the classes
 * @param first the number of the first class, 0 or 1
 */
public record Labels(List<String> classNames, int first) implements Serializable {

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}");

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
    if (!NUMBER.matcher(stored.label()).matches()) {
      return named(where, stored);
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

  private int named(String where, StoredRecord stored) {
    int found = classNames.indexOf(stored.label());
    if (found < 0) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "%s: record %s: label '%s' is neither a number nor one of the %d class names; %s",
              where,
              stored.key(),
              stored.label(),
              classes(),
              DataProblem.MAKE_AGAIN));
    }
    return found;
  }
}
