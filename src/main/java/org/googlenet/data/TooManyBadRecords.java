package org.googlenet.data;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.googlenet.common.Tolerance;
import org.googlenet.data.format.DataProblem;

/** More records of a data set cannot be used than are tolerated (exit code 3). */
public final class TooManyBadRecords extends DataProblem {

  private static final long serialVersionUID = 1L;

  private static final int NAMED = 3;

  private TooManyBadRecords(String message) {
    super(message);
  }

  /**
   * Checks that no more records of a data set are bad than are tolerated.
   *
   * @param bad how many there are
   * @param first the first of them, in words
   * @param setting what sets the tolerance, for the message: {@code data.quarantine}
   * @throws TooManyBadRecords if there are more
   */
  public static void refuse(
      Dataset dataset, long bad, List<String> first, Tolerance tolerance, String setting) {
    long most = tolerance.of(dataset.records());
    if (bad <= most) {
      return;
    }
    List<String> named = first.subList(0, Math.min(NAMED, first.size()));
    throw new TooManyBadRecords(
        String.format(
            Locale.ROOT,
            "%s: %,d of %,d records cannot be used, and %s %s allows %,d: %s%s; 'googlenet validate'"
                + " lists them all: mend them, make the data set again with --skip-bad, or raise %s",
            dataset.location(),
            bad,
            dataset.records(),
            setting,
            tolerance,
            most,
            named.stream().collect(Collectors.joining(" / ")),
            bad > named.size() ? " / and more" : "",
            setting));
  }
}
