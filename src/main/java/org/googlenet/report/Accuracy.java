package org.googlenet.report;

import java.util.Locale;

/**
 * How often a model is right.
 *
 * @param top1 share of examples whose class came first, 0 to 1
 * @param top5 share of examples whose class was among the first five, 0 to 1
 */
public record Accuracy(double top1, double top5) {

  /** As in {@code top-1 71.24%, top-5 97.81%}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "top-1 %.2f%%, top-5 %.2f%%", 100 * top1, 100 * top5);
  }
}
