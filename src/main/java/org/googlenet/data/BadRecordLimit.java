package org.googlenet.data;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.googlenet.common.Tolerance;

/**
 * How many records of a data set that cannot be used are passed over.
 *
 * @param setting what the user sets it by, for messages: {@code data.quarantine}
 */
public record BadRecordLimit(Tolerance tolerance, String setting) implements Serializable {

  private static final int NAMED = 3;

  /** Whether any are; otherwise the first one ends the reading with its own problem. */
  public boolean passesOver() {
    return !tolerance.isNone();
  }

  /**
   * Checks that no more records are bad than are passed over.
   *
   * @param dataset its path or URI
   * @param records how many it has
   * @param bad how many of them were found
   * @param first the first of them in the data set's order, each as {@link BadRecord#toString} has
   *     it; where the reading gave up, one more than is passed over at least
   * @throws TooManyBadRecords if there are more
   */
  public void require(String dataset, long records, long bad, List<String> first) {
    long most = tolerance.of(records);
    if (bad <= most) {
      return;
    }
    // How many were found depends on where the reading gave up, so no more is said than that.
    List<String> named = first.subList(0, (int) Math.min(Math.min(NAMED, most + 1), first.size()));
    throw new TooManyBadRecords(
        String.format(
            Locale.ROOT,
            "%s: more than the %,d of %,d records that %s (%s) allows cannot be used: %s;"
                + " 'googlenet validate' lists all of them: mend them, leave them out with"
                + " --skip-bad where the data set is made, or raise %s",
            dataset,
            most,
            records,
            setting,
            tolerance,
            String.join("; ", named),
            setting));
  }
}
