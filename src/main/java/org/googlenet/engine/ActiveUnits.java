package org.googlenet.engine;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Which ReLU units in front of the heads' classifiers had a gradient in some local steps; the
 * others are dead, as far as these steps can tell.
 *
 * <p>If a unit is not active for any example of a batch, the gradient of its bias is exactly 0. In
 * a single step it may just have been dropped, so several steps, and the workers of a round, are
 * put together. The value takes half a kilobyte and travels with the results.
 */
public final class ActiveUnits implements Serializable {

  private static final long serialVersionUID = 1L;

  /** By head, up to the last one of which something is known. */
  private final ArrayList<Units> heads = new ArrayList<>();

  /**
   * The units of a head.
   *
   * @param number how many there are; 0 as long as nothing is known of them
   */
  private record Units(int number, BitSet active) implements Serializable {

    static final Units UNKNOWN = new Units(0, new BitSet());

    Units with(Units others) {
      BitSet both = (BitSet) active.clone();
      both.or(others.active);
      return new Units(Math.max(number, others.number), both);
    }

    double deadShare() {
      return number == 0 ? Double.NaN : (double) (number - active.cardinality()) / number;
    }
  }

  /** Adds what other steps, or another worker's, have shown. */
  public void add(ActiveUnits others) {
    for (int head = 0; head < others.heads.size(); head++) {
      add(head, others.heads.get(head));
    }
  }

  /**
   * For each head, up to the last one of which something is known, the share of units that had no
   * gradient in any step, 0 to 1; NaN for a head of which nothing is known.
   */
  public double[] deadShares() {
    return heads.stream().mapToDouble(Units::deadShare).toArray();
  }

  /**
   * Adds one step.
   *
   * @param head its number among the network's outputs
   * @param biasGradients of the head's units
   */
  void add(int head, float[] biasGradients) {
    BitSet active = new BitSet();
    for (int unit = 0; unit < biasGradients.length; unit++) {
      if (biasGradients[unit] != 0) {
        active.set(unit);
      }
    }
    add(head, new Units(biasGradients.length, active));
  }

  private void add(int head, Units units) {
    while (heads.size() <= head) {
      heads.add(Units.UNKNOWN);
    }
    heads.set(head, heads.get(head).with(units));
  }

  /** As in {@code dead: [0.02, 0.11, NaN]}. */
  @Override
  public String toString() {
    return "dead: " + Arrays.toString(deadShares());
  }
}
