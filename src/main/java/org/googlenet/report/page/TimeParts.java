package org.googlenet.report.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.googlenet.report.RoundTime;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingEvent.Mistaken;
import org.googlenet.report.TrainingEvent.RoundTimed;

/**
 * Where a run's time went, by parts, in each round: those of the round itself, and the evaluation
 * and the wait for a checkpoint after it.
 *
 * @param byRound seconds by part, in the order of {@link #NAMES}
 * @param driverSeconds of all drivers; 0 if that is not known
 */
record TimeParts(NavigableMap<Integer, double[]> byRound, double driverSeconds) {

  /** The parts; local steps come first, as they are what the time is for. */
  static final List<String> NAMES =
      List.of(
          "local steps",
          "waiting for data",
          "first batch",
          "load",
          "start",
          "sum",
          "update",
          "evaluation",
          "checkpoint");

  private static final int EVALUATION = 7;
  private static final int CHECKPOINT = 8;

  static TimeParts of(RunData run) {
    NavigableMap<Integer, double[]> byRound = new TreeMap<>();
    for (RoundTimed round : run.timed()) {
      if (!Double.isNaN(round.parts().steps())) {
        byRound.put(round.round(), ofRound(round.parts()));
      }
    }
    for (Mistaken evaluation : run.mistaken()) {
      add(byRound, evaluation.round(), EVALUATION, evaluation.took().toNanos() / 1e9);
    }
    for (CheckpointWritten written : run.checkpoints()) {
      add(byRound, round(written), CHECKPOINT, written.waited().toNanos() / 1e9);
    }
    return new TimeParts(byRound, run.driverSeconds());
  }

  private static double[] ofRound(RoundTime parts) {
    return Stream.of(
            parts.steps(),
            parts.waiting(),
            parts.firstBatch(),
            parts.load(),
            parts.start(),
            parts.sum(),
            parts.update(),
            0.0,
            0.0)
        .mapToDouble(seconds -> Double.isFinite(seconds) ? seconds : 0)
        .toArray();
  }

  private static void add(
      NavigableMap<Integer, double[]> byRound, int round, int part, double seconds) {
    double[] parts = byRound.get(round);
    if (parts != null) {
      parts[part] += seconds;
    }
  }

  /** Checkpoints are named by their rounds, as in {@code 000012-0001}. */
  private static int round(CheckpointWritten written) {
    String number = written.name().replaceFirst("-.*", "");
    return number.matches("\\d{1,9}") ? Integer.parseInt(number) : -1;
  }

  /** Seconds of each part in all rounds, and, if it is known, of what no part explains. */
  Map<String, Double> totals() {
    Map<String, Double> totals = new LinkedHashMap<>();
    double known = 0;
    for (int part = 0; part < NAMES.size(); part++) {
      double sum = 0;
      for (double[] parts : byRound.values()) {
        sum += parts[part];
      }
      totals.put(NAMES.get(part), sum);
      known += sum;
    }
    if (driverSeconds > known) {
      totals.put("everything else", driverSeconds - known);
    }
    return totals;
  }

  /** The share of the drivers' time that rounds that count spent in local steps. */
  OptionalDouble goodput() {
    return driverSeconds > 0 && !byRound.isEmpty()
        ? OptionalDouble.of(Math.min(1, totals().get(NAMES.get(0)) / driverSeconds))
        : OptionalDouble.empty();
  }

  /**
   * A layer for each part: of each round, or, if there are more than so many, the mean of
   * consecutive ones.
   */
  List<Plot.Series> layers(int most) {
    List<Integer> rounds = List.copyOf(byRound.keySet());
    int bars = Math.min(most, rounds.size());
    List<Plot.Series> layers = new ArrayList<>();
    for (int part = 0; part < NAMES.size(); part++) {
      List<Double> x = new ArrayList<>();
      List<Double> y = new ArrayList<>();
      for (int bar = 0; bar < bars; bar++) {
        List<Integer> some =
            rounds.subList(
                (int) ((long) rounds.size() * bar / bars),
                (int) ((long) rounds.size() * (bar + 1) / bars));
        x.add(Math.floor((some.get(0) + some.get(some.size() - 1)) / 2.0));
        y.add(mean(some, part));
      }
      layers.add(Plot.Series.of(NAMES.get(part), new Points(x, y), part));
    }
    return layers;
  }

  private double mean(List<Integer> rounds, int part) {
    return rounds.stream().mapToDouble(round -> byRound.get(round)[part]).average().orElse(0);
  }
}
