package org.googlenet.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Lets several things take turns at being timed, so that a machine that is slower for a while is
 * slower for all of them.
 */
final class Turns {

  /**
   * What a time is of.
   *
   * @param subject who did it
   * @param figure what was done
   */
  record Key(String subject, String figure) {}

  private final Map<Key, DoubleSupplier> timed = new LinkedHashMap<>();
  private final Map<Key, List<Double>> seconds = new LinkedHashMap<>();

  /** Adds something that does its work twice, and says how long the second time took. */
  void add(String subject, String figure, Runnable work) {
    addTimed(
        subject,
        figure,
        () -> {
          work.run();
          return seconds(work);
        });
  }

  /** Adds something that does its work once, where a run before would take too long. */
  void addOnce(String subject, String figure, Runnable work) {
    addTimed(subject, figure, () -> seconds(work));
  }

  /** Adds something that times itself. */
  void addTimed(String subject, String figure, DoubleSupplier work) {
    timed.put(new Key(subject, figure), work);
  }

  /** Gives everything so many turns that do not count. */
  void warmUp(int rounds) {
    take(rounds, new LinkedHashMap<>());
  }

  /** Gives everything so many turns. */
  void take(int rounds) {
    take(rounds, seconds);
  }

  private void take(int rounds, Map<Key, List<Double>> into) {
    for (int round = 0; round < rounds; round++) {
      timed.forEach(
          (key, work) -> into.computeIfAbsent(key, k -> new ArrayList<>()).add(work.getAsDouble()));
    }
  }

  /** Median seconds of each, of all its turns. */
  Map<Key, Double> medians() {
    Map<Key, Double> medians = new LinkedHashMap<>();
    seconds.forEach((key, times) -> medians.put(key, median(times)));
    return medians;
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
