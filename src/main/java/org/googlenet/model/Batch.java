package org.googlenet.model;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One mini-batch of n decoded images.
 *
 * @param pixels [n, 3, side, side] in C order (of examples of ten parts [n, 10, 3, side, side]), in
 *     the order of channels and with the mean and deviation that the network was trained with
 * @param labels [n], each from 0
 * @param keys the keys of the n records
 */
public record Batch(float[] pixels, int[] labels, List<String> keys) {

  /**
   * @throws IllegalArgumentException if there is no example, or the pixels are not as many for each
   */
  public Batch {
    Objects.requireNonNull(keys, "keys");
    if (labels.length == 0) {
      throw new IllegalArgumentException("a batch of no examples: give at least one");
    }
    if (pixels.length == 0 || pixels.length % labels.length != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a batch of %d values for %d examples: give as many for each",
              pixels.length,
              labels.length));
    }
  }

  /** n, at least 1; the last batch of a worker's round may be smaller than the others. */
  public int examples() {
    return labels.length;
  }
}
