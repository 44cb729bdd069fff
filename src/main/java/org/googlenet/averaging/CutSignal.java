package org.googlenet.averaging;

import java.io.Serializable;

/** Tells a worker, between two local steps, whether its round goes on. */
public interface CutSignal extends Serializable {

  /** Every worker ends its share. */
  CutSignal FULL = new Full();

  /**
   * Reports how far a worker is and asks whether its round is cut; then it yields what it has.
   *
   * @param worker from 0
   * @param examples that it has trained on; 0 when it starts
   */
  boolean isCut(int worker, long examples);

  /** Whether it may ever be. */
  boolean mayCut();

  /** The cutSignal of rounds that are never cut. */
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
