package org.googlenet.model;

import java.util.List;

/**
 * One mini-batch of n decoded images.
 *
 * @param pixels [n, 3, side, side] in C order, channels red, green, blue, normalised with the mean
 *     and deviation of ImageNet
 * @param labels [n], each from 0
 * @param keys the keys of the n records
 */
public record Batch(float[] pixels, int[] labels, List<String> keys) {

  /** n, at least 1; the last batch of a worker's round may be smaller than the others. */
  public int examples() {
    return labels.length;
  }
}
