package org.googlenet.data;

import org.googlenet.common.SplitMix;

/**
 * What is random about an epoch's records: a hash of (seed, epoch, key) each.
 *
 * @param seed the run's
 * @param epoch from 0
 */
public record EpochSeed(long seed, int epoch) {

  /** Keep the randomness of a record's place in the order apart from that of its crop. */
  private static final long ORDER = 1;

  private static final long CROP = 2;

  /** Where a record comes in its window. */
  long order(String key) {
    return SplitMix.hash(ORDER, seed, epoch, SplitMix.hash(key));
  }

  /** The randomness of a record's rectangle. */
  long crop(String key) {
    return SplitMix.hash(CROP, seed, epoch, SplitMix.hash(key));
  }
}
