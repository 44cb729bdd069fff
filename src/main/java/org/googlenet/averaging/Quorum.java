package org.googlenet.averaging;

/**
 * Decides when a round is cut: once every worker has started and their examples together are a
 * given share of the round's.
 *
 * <p>What counts of a worker is its latest report, so that one that died and begins again counts as
 * one that begins.
 */
public final class Quorum {

  private final long enough;
  private final long[] examples;
  private final boolean[] started;
  private boolean cut;

  /**
   * @param workers of the round
   * @param all examples of the round
   * @param share of them that suffices, above 0, at most 1
   */
  public Quorum(int workers, long all, double share) {
    this.enough = (long) Math.ceil(share * all);
    this.examples = new long[workers];
    this.started = new boolean[workers];
  }

  /** Takes down how far a worker is; true from the cut on. */
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
