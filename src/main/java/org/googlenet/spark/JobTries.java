package org.googlenet.spark;

import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs a Spark job again if Spark gave it up because executors were lost. Another try must give the
 * same bits: the job changes nothing but its result, or keeps what an earlier try has made.
 *
 * @param warn receives a line about each further try
 * @param stopping whether the program was asked to stop
 */
public record JobTries(Consumer<String> warn, BooleanSupplier stopping) {

  private static final int TIMES = 3;

  /**
   * Runs a job.
   *
   * @param what names it, as in {@code round 7}
   * @throws JobProblem if executors were lost in each try
   */
  public <T> T run(String what, Supplier<T> job) {
    for (int time = 1; ; time++) {
      try {
        return job.get();
      } catch (JobProblem problem) {
        if (time == TIMES || !problem.mayPass() || stopping.getAsBoolean()) {
          throw problem;
        }
        warn.accept(
            String.format(
                Locale.ROOT,
                "%s: %s; trying it again (%d of %d)",
                what,
                problem.getMessage(),
                time + 1,
                TIMES));
      }
    }
  }
}
