package org.googlenet.report.metrics;

import java.util.TreeMap;

/** Adds up the time of a driver in local steps of rounds that count: a rewind takes some back. */
final class Goodput {

  private final TreeMap<Integer, Double> secondsUntil = new TreeMap<>();

  /** A round has this time of local steps; NaN if it is not known, and then the sum is not. */
  void add(int round, double seconds) {
    secondsUntil.put(round, seconds() + seconds);
  }

  /** Only the rounds up to this one count. */
  void backTo(int round) {
    secondsUntil.tailMap(round, false).clear();
  }

  /** The sum. */
  double seconds() {
    return secondsUntil.isEmpty() ? 0 : secondsUntil.lastEntry().getValue();
  }
}
