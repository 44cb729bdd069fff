package org.googlenet.ml;

import java.util.Locale;
import org.googlenet.data.format.DataProblem;

/** Reads labels as Spark ML has them: whole numbers from 0, as doubles. */
final class Labels {

  private Labels() {}

  /**
   * A label as a number of a class.
   *
   * @param classes how many there are
   * @throws DataProblem if it is none of them
   */
  static int of(double label, int classes) {
    int number = (int) label;
    if (number != label || number < 0 || number >= classes) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "label %s: is not a whole number from 0 to %d; make labels by a StringIndexer",
              label,
              classes - 1));
    }
    return number;
  }
}
