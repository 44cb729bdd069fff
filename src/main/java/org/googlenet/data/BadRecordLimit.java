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
   * @param bad how many of them there are
   * @param first the first of them, each as {@link BadRecord#toString} has it
   * @throws TooManyBadRecords if there are more
   */
  public void require(String dataset, long records, long bad, List<String> first) {
    long most = tolerance.of(records);
    if (bad <= most) {
      return;
    }
    List<String> named = first.subList(0, Math.min(NAMED, first.size()));
    throw new TooManyBadRecords(
        String.format(
            Locale.ROOT,
            "%s: %,d of %,d records cannot be used, and %s (%s) allows %,d: %s%s; 'googlenet"
                + " validate' lists all of them: mend them, leave them out with --skip-bad where the"
                + " data set is made, or raise %s",
            dataset,
            bad,
            records,
            setting,
            tolerance,
            most,
            String.join("; ", named),
            bad > named.size() ? "; and more" : "",
            setting));
  }
}
