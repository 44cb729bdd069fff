package org.googlenet.data;

import org.googlenet.common.SplitMix;

/**
 * The source of what is random about an epoch's records: for each of them a hash of (seed, epoch,
 * key).
 *
 * @param seed the run's seed
 * @param epoch from 0
 */
public record EpochSeed(long seed, int epoch) {

  /** These keep the randomness of a record's place in the order apart from that of its crop. */
  private static final long ORDER = 1;

  private static final long CROP = 2;

  /** Where a record comes in its window. */
  long order(String key) {
    return SplitMix.hash(ORDER, seed, epoch, SplitMix.hash(key));
  }

  /** The randomness of a record's crop. */
  long crop(String key) {
    return SplitMix.hash(CROP, seed, epoch, SplitMix.hash(key));
  }
}
