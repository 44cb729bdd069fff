package org.googlenet.engine;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.googlenet.model.GoogLeNet;

/**
 * Which ReLU units in front of GoogLeNet's classifiers had a gradient in some local steps: the
 * others are dead, as far as these steps can tell.
 *
 * <p>A unit without an active example in a batch has a bias whose gradient is exactly 0. In one
 * step it may just have been dropped, so steps, and the workers of a round, are put together. As a
 * value it is of half a kilobyte, which travels.
 */
public final class ActiveUnits implements Serializable {

  private static final long serialVersionUID = 1L;

  private final BitSet[] active =
      GoogLeNet.HEADS.stream().map(head -> new BitSet()).toArray(BitSet[]::new);

  /** How many units each head has; 0 as long as nothing is known of it. */
  private final int[] units = new int[active.length];

  /** Takes in what other steps, or another worker's, have shown. */
  public void add(ActiveUnits others) {
    for (int head = 0; head < active.length; head++) {
      active[head].or(others.active[head]);
      units[head] = Math.max(units[head], others.units[head]);
    }
  }

  /**
   * For each head the share of units that had no gradient in any step, 0 to 1; NaN for a head of
   * which nothing is known.
   */
  public double[] deadShares() {
    return IntStream.range(0, active.length).mapToDouble(this::deadShare).toArray();
  }

  private double deadShare(int head) {
    return units[head] == 0
        ? Double.NaN
        : (double) (units[head] - active[head].cardinality()) / units[head];
  }

  /**
   * Takes in one step.
   *
   * @param head its number in {@link GoogLeNet#HEADS}
   * @param biasGradients of the head's units
   */
  void add(int head, float[] biasGradients) {
    units[head] = biasGradients.length;
    for (int unit = 0; unit < biasGradients.length; unit++) {
      if (biasGradients[unit] != 0) {
        active[head].set(unit);
      }
    }
  }

  /** As in {@code dead: [0.02, 0.11, NaN]}. */
  @Override
  public String toString() {
    return "dead: " + Arrays.toString(deadShares());
  }
}
