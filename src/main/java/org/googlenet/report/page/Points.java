package org.googlenet.report.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * A curve: finite values by rounds, which ascend.
 *
 * @param x rounds
 * @param y as many values
 */
record Points(List<Double> x, List<Double> y) {

  Points {
    x = List.copyOf(x);
    y = List.copyOf(y);
  }

  /** Of events, in their order; those whose value is not a number are left out. */
  static <T> Points of(List<T> events, ToIntFunction<T> round, ToDoubleFunction<T> value) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (T event : events) {
      double number = value.applyAsDouble(event);
      if (Double.isFinite(number)) {
        x.add((double) round.applyAsInt(event));
        y.add(number);
      }
    }
    return new Points(x, y);
  }

  int size() {
    return x.size();
  }

  boolean isEmpty() {
    return x.isEmpty();
  }

  /** Those above 0. */
  Points positive() {
    List<Integer> kept = IntStream.range(0, size()).filter(i -> y.get(i) > 0).boxed().toList();
    return new Points(kept.stream().map(x::get).toList(), kept.stream().map(y::get).toList());
  }

  double first() {
    return y.get(0);
  }

  double last() {
    return y.get(size() - 1);
  }

  /**
   * Which points to keep, by their numbers: at most four for each of so many stretches of equal
   * length: the first, the lowest, the highest and the last of each. So no extreme is lost, and
   * neither end.
   */
  List<Integer> kept(int stretches) {
    if (size() <= 4 * stretches) {
      return IntStream.range(0, size()).boxed().toList();
    }
    List<Integer> kept = new ArrayList<>();
    for (int stretch = 0; stretch < stretches; stretch++) {
      int from = (int) ((long) size() * stretch / stretches);
      int to = (int) ((long) size() * (stretch + 1) / stretches);
      kept.addAll(corners(from, to));
    }
    return kept;
  }

  private SortedSet<Integer> corners(int from, int to) {
    int lowest = from;
    int highest = from;
    for (int i = from; i < to; i++) {
      lowest = y.get(i) < y.get(lowest) ? i : lowest;
      highest = y.get(i) > y.get(highest) ? i : highest;
    }
    return new TreeSet<>(Arrays.asList(from, lowest, highest, to - 1));
  }
}
