package org.googlenet.engine;

import org.googlenet.common.SplitMix;

/**
 * Which values a dropout keeps, as factors: 0, or 1 / (probability to keep), which is inverted
 * dropout. A pure function of the seed, the dropout's number in the network and the value's place.
 */
final class DropoutMask {

  private DropoutMask() {}

  /**
   * @param dropout number of the dropout in the network
   * @param keep probability to keep a value, (0, 1]
   */
  static float[] factors(long seed, int dropout, double keep, int values) {
    long stream = SplitMix.hash(seed, dropout);
    float kept = (float) (1 / keep);
    float[] factors = new float[values];
    for (int i = 0; i < values; i++) {
      factors[i] = SplitMix.unit(SplitMix.hash(stream + i)) < keep ? kept : 0;
    }
    return factors;
  }
}
