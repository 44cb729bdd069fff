package org.googlenet.report;

import java.util.List;

/**
 * Where the time of a round went, in seconds: parts that follow one another and add up to the
 * round, as the worker that needed longest had them. A part that is not known is NaN.
 *
 * @param start until that worker had begun: sending the state, starting tasks, and other workers'
 *     turns where not all run at once
 * @param load copying the state into its engine and out of it
 * @param firstBatch until its first batch was decoded
 * @param waiting for further batches
 * @param steps in local steps
 * @param sum adding the workers' results, and fetching the mean
 * @param update the outer optimiser and the checks of its result
 * @param workers those that needed longest, at most {@value #MOST}, the slowest first
 */
public record RoundTime(
    double start,
    double load,
    double firstBatch,
    double waiting,
    double steps,
    double sum,
    double update,
    List<OfWorker> workers) {

  /** The largest number of workers that are named. */
  public static final int MOST = 8;

  public RoundTime {
    workers = List.copyOf(workers);
  }

  /**
   * A worker's part of the round.
   *
   * @param worker its number, from 0
   * @param place its executor and machine, as in {@code 3 at node7}
   * @param examples examples trained on
   * @param seconds from the task's start to its result
   * @param waiting of these, for batches, the first one included
   * @param steps of these, in local steps
   */
  public record OfWorker(
      int worker, String place, long examples, double seconds, double waiting, double steps) {}
}
