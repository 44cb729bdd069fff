package org.googlenet.averaging;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Where a worker's training diverged: the worker stops there, and its round is thrown away.
 *
 * @param worker from 0
 * @param localStep of the worker's round, from 1
 * @param what in words, as in {@code the loss of aux1 is NaN}
 * @param records keys of the mini-batch's records
 */
public record Divergence(int worker, int localStep, String what, List<String> records)
    implements Serializable {

  private static final int SHOWN = 4;

  /** As part of a sentence, on one line; of many records only the first few. */
  @Override
  public String toString() {
    int more = records.size() - SHOWN;
    return String.format(
        Locale.ROOT,
        "worker %d, local step %d: %s on records %s%s",
        worker,
        localStep,
        what,
        String.join(", ", records.subList(0, Math.min(SHOWN, records.size()))),
        more > 0 ? " and " + more + " more" : "");
  }
}
