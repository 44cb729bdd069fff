package org.googlenet.common;

/**
 * Randomness as a function: SplitMix64 over whatever names a decision (seed, epoch, key), so that a
 * retried or moved task decides the same.
 *
 * <p>After Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
 */
public final class SplitMix {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private SplitMix() {}

  /** A hash of all values, in their order. */
  public static long hash(long... values) {
    long state = values.length;
    for (long value : values) {
      state = mix(state * GOLDEN_GAMMA + mix(value + GOLDEN_GAMMA));
    }
    return state;
  }

  /** A hash of the text's UTF-16 units. */
  public static long hash(String text) {
    long state = text.length();
    for (int i = 0; i < text.length(); i++) {
      state = mix(state * GOLDEN_GAMMA + text.charAt(i));
    }
    return state;
  }

  /** The hash as a number from 0 (included) to 1 (excluded), all 53 bits used. */
  public static double unit(long hash) {
    return (hash >>> 11) * 0x1.0p-53;
  }

  private static long mix(long value) {
    long z = value + GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
