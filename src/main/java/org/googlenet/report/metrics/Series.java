package org.googlenet.report.metrics;

import java.util.Comparator;

/**
 * One value of a metric.
 *
 * @param label which one, such as the name of a head; empty if the metric has only one
 */
record Series(Metric metric, String label) implements Comparable<Series> {

  private static final Comparator<Series> ORDER =
      Comparator.comparing(Series::metric).thenComparing(Series::label);

  static Series of(Metric metric) {
    return new Series(metric, "");
  }

  @Override
  public int compareTo(Series other) {
    return ORDER.compare(this, other);
  }
}
