package org.googlenet.averaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** What a run of the benchmark of rounds measured, as JSON and as tables. */
final class RoundFigures {

  /**
   * Rounds of real local steps.
   *
   * @param rounds how many were measured; the metrics are their medians
   * @param outsideShare share of a round that the worker with most local steps' time was not in
   *     them
   * @param seconds of a round
   * @param parts seconds of each part of a round
   * @param imagesPerSecond of the workers together
   * @param processImagesPerSecond of one process that computes with as many threads
   * @param ratio of the two, each pair measured one after the other
   */
  record LocalSteps(
      int rounds,
      double outsideShare,
      double seconds,
      Map<String, Double> parts,
      double imagesPerSecond,
      double processImagesPerSecond,
      double ratio) {}

  /**
   * Rounds with a stand-in for the local steps.
   *
   * @param rounds how many were measured; the metrics are their medians
   * @param seconds of a round
   * @param parts seconds of each part of a round
   * @param driverBytes through the driver's process, if the system tells
   * @param driverHeapBytes alive at once at the driver, at most, in one more round
   */
  record Workers(
      int rounds,
      double seconds,
      Map<String, Double> parts,
      OptionalLong driverBytes,
      long driverHeapBytes) {}

  private static final int[] CORES = {1, 16};
  private static final int[] EXECUTORS = {16, 128, 1_000};
  private static final double[] GIGABITS = {10, 100};

  private final Map<String, Object> setting;
  private final Map<Integer, LocalSteps> byLocalSteps = new LinkedHashMap<>();
  private final Map<Integer, Workers> byWorkers = new LinkedHashMap<>();
  private Extrapolation extrapolation;

  /**
   * @param setting what was measured, where and with which versions
   */
  RoundFigures(Map<String, Object> setting) {
    this.setting = new LinkedHashMap<>(setting);
  }

  void put(int localSteps, LocalSteps metrics) {
    byLocalSteps.put(localSteps, metrics);
  }

  void put(int workers, Workers metrics) {
    byWorkers.put(workers, metrics);
  }

  void put(Extrapolation terms) {
    extrapolation = terms;
  }

  LocalSteps localSteps(int count) {
    return byLocalSteps.get(count);
  }

  /** The middle of some metrics. */
  static <T> double median(List<T> from, ToDoubleFunction<T> figure) {
    double[] sorted = from.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The round whose time beside its local steps is in the middle; of two, the shorter. */
  static RoundCost middle(List<RoundCost> costs) {
    return costs.stream()
        .sorted(Comparator.comparingDouble(RoundCost::outsideSeconds))
        .toList()
        .get((costs.size() - 1) / 2);
  }

  /** One object on one line. */
  String toJson() {
    Map<String, Object> all = new LinkedHashMap<>();
    Map<Integer, Object> shares = new LinkedHashMap<>();
    Map<Integer, Object> localSteps = new LinkedHashMap<>();
    byLocalSteps.forEach(
        (steps, metrics) -> {
          shares.put(steps, rounded(metrics.outsideShare));
          localSteps.put(steps, json(metrics));
        });
    Map<Integer, Object> workers = new LinkedHashMap<>();
    byWorkers.forEach((count, metrics) -> workers.put(count, json(metrics)));
    all.put("outside_share", shares);
    all.put("local_steps", localSteps);
    all.put("workers", workers);
    if (extrapolation != null) {
      all.put("terms", json(extrapolation));
    }
    all.put("setting", setting);
    try {
      return JsonMapper.builder().build().writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("metrics are plain values", e);
    }
  }

  private static Map<String, Object> json(LocalSteps metrics) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rounds", metrics.rounds);
    json.put("round_s", rounded(metrics.seconds));
    json.put("outside_s", rounded(outside(metrics.parts)));
    json.put("parts_s", roundedParts(metrics.parts));
    json.put("images_s", rounded(metrics.imagesPerSecond));
    json.put("process_images_s", rounded(metrics.processImagesPerSecond));
    json.put("to_process", rounded(metrics.ratio));
    return json;
  }

  private static Map<String, Object> roundedParts(Map<String, Double> parts) {
    Map<String, Object> rounded = new LinkedHashMap<>();
    parts.forEach((part, seconds) -> rounded.put(part, rounded(seconds)));
    return rounded;
  }

  /** Seconds beside the local steps: what the other parts add up to. */
  static double outside(Map<String, Double> parts) {
    return parts.entrySet().stream()
        .filter(part -> !part.getKey().equals(RoundCost.STEPS))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private static Map<String, Object> json(Extrapolation terms) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("step_s", rounded(terms.stepSeconds()));
    json.put("outside_s", rounded(terms.outsideSeconds()));
    json.put("worker_s", rounded(terms.workerSeconds()));
    json.put("state_bytes", terms.stateBytes());
    return json;
  }

  private static Map<String, Object> json(Workers metrics) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rounds", metrics.rounds);
    json.put("round_s", rounded(metrics.seconds));
    json.put(
        "driver_bytes", metrics.driverBytes.isPresent() ? metrics.driverBytes.getAsLong() : null);
    json.put("outside_s", rounded(outside(metrics.parts)));
    json.put("parts_s", roundedParts(metrics.parts));
    json.put("driver_heap_bytes", metrics.driverHeapBytes);
    return json;
  }

  /** The tables. */
  String toText() {
    StringBuilder text = new StringBuilder();
    setting.forEach((name, value) -> line(text, "%s: %s", name, value));
    if (!byLocalSteps.isEmpty()) {
      line(text, "");
      line(
          text,
          "%-12s%8s%10s%10s%12s%14s%8s",
          "local steps",
          "rounds",
          "round, s",
          "outside",
          "images/s",
          "one process",
          "ratio");
      byLocalSteps.forEach((steps, metrics) -> row(text, steps, metrics));
      headOfParts(text);
      byLocalSteps.forEach((steps, metrics) -> parts(text, steps, metrics.parts));
    }
    if (extrapolation != null) {
      extrapolated(text);
    }
    if (!byWorkers.isEmpty()) {
      line(text, "");
      line(
          text,
          "%-12s%8s%10s%14s%18s",
          "workers",
          "rounds",
          "round, s",
          "driver, MB",
          "driver heap, MB");
      byWorkers.forEach((workers, metrics) -> row(text, workers, metrics));
      headOfParts(text);
      byWorkers.forEach((workers, metrics) -> parts(text, workers, metrics.parts));
    }
    return text.toString();
  }

  /** A row for each number of local steps, a column for each size of cluster, at each link. */
  private void extrapolated(StringBuilder text) {
    line(text, "");
    json(extrapolation).forEach((term, value) -> line(text, "%s: %s", term, value));
    for (int cores : CORES) {
      line(text, "");
      line(text, "extrapolated share in local steps, cores of an executor: %d", cores);
      text.append("%-12s".formatted("local steps"));
      for (double gigabits : GIGABITS) {
        for (int executors : EXECUTORS) {
          text.append(
              "%18s".formatted(String.format(Locale.ROOT, "%d at %.0f Gbit", executors, gigabits)));
        }
      }
      line(text, "");
      byLocalSteps.keySet().forEach(steps -> extrapolated(text, cores, steps));
    }
  }

  private void extrapolated(StringBuilder text, int cores, int steps) {
    text.append(String.format(Locale.ROOT, "%-12d", steps));
    for (double gigabits : GIGABITS) {
      for (int executors : EXECUTORS) {
        double share = extrapolation.efficiency(executors, cores, steps, gigabits);
        text.append(String.format(Locale.ROOT, "%17.1f%%", 100 * share));
      }
    }
    line(text, "");
  }

  private static void row(StringBuilder text, int steps, LocalSteps metrics) {
    line(
        text,
        "%-12d%8d%10.2f%9.2f%%%12.2f%14.2f%8.3f",
        steps,
        metrics.rounds,
        metrics.seconds,
        100 * metrics.outsideShare,
        metrics.imagesPerSecond,
        metrics.processImagesPerSecond,
        metrics.ratio);
  }

  private static void headOfParts(StringBuilder text) {
    line(text, "");
    text.append("%-12s".formatted("parts, s"));
    RoundCost.PARTS.forEach(part -> text.append("%10s".formatted(part)));
    line(text, "%10s", "outside");
  }

  private static void parts(StringBuilder text, int row, Map<String, Double> parts) {
    text.append(String.format(Locale.ROOT, "%-12d", row));
    RoundCost.PARTS.forEach(
        part -> text.append(String.format(Locale.ROOT, "%10.3f", parts.get(part))));
    line(text, "%10.3f", outside(parts));
  }

  private static void row(StringBuilder text, int workers, Workers metrics) {
    line(
        text,
        "%-12d%8d%10.2f%14s%18.1f",
        workers,
        metrics.rounds,
        metrics.seconds,
        metrics.driverBytes.isPresent()
            ? String.format(Locale.ROOT, "%.1f", metrics.driverBytes.getAsLong() / 1e6)
            : "-",
        metrics.driverHeapBytes / 1e6);
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
