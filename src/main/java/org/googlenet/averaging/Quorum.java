package org.googlenet.averaging;

/**
 * Decides when a round is cut: once every worker has started and all together have trained on a
 * given share of the round's examples.
 *
 * <p>Only a worker's latest report counts, so one that died and was started again counts from its
 * new start.
 */
public final class Quorum {

  private final long enough;
  private final long[] examples;
  private final boolean[] started;
  private boolean cut;

  /**
   * @param workers of the round
   * @param all number of examples of the round
   * @param share of them that suffices, above 0, at most 1
   */
  public Quorum(int workers, long all, double share) {
    this.enough = (long) Math.ceil(share * all);
    this.examples = new long[workers];
    this.started = new boolean[workers];
  }

  /** Records a worker's progress; returns true from the cut on. */
  public synchronized boolean isCut(int worker, long done) {
    started[worker] = true;
    examples[worker] = done;
    cut = cut || (allStarted() && sum() >= enough);
    return cut;
  }

  private boolean allStarted() {
    for (boolean one : started) {
      if (!one) {
        return false;
      }
    }
    return true;
  }

  private long sum() {
    long sum = 0;
    for (long one : examples) {
      sum += one;
    }
    return sum;
  }
}
