package org.googlenet.report.metrics;

import java.util.ArrayDeque;
import java.util.Deque;

/** The times of a driver's last rounds, for their median. */
final class LastRounds {

  private static final int MOST = 101;

  private final Deque<Double> seconds = new ArrayDeque<>();

  void add(double time) {
    seconds.addLast(time);
    if (seconds.size() > MOST) {
      seconds.removeFirst();
    }
  }

  /** The median; of an even number, the larger of the two in the middle. */
  double median() {
    double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
