package org.googlenet.averaging;

import java.io.Serializable;

/** Tells a worker, between two local steps, whether its round is cut. */
public interface CutSignal extends Serializable {

  /** Never cuts: every worker completes its share. */
  CutSignal FULL = new Full();

  /**
   * Reports a worker's progress and returns whether its round is cut; if so, the worker returns
   * what it has.
   *
   * @param worker from 0
   * @param examples that it has trained on; 0 when it starts
   */
  boolean isCut(int worker, long examples);

  /** Whether the round may be cut at all. */
  boolean mayCut();

  /** The signal of rounds that are never cut. */
  record Full() implements CutSignal {

    @Override
    public boolean isCut(int worker, long examples) {
      return false;
    }

    @Override
    public boolean mayCut() {
      return false;
    }
  }
}
