package org.googlenet.averaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
   * @param rounds how many were measured; the figures are their medians
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
   * @param rounds how many were measured; the figures are their medians
   * @param seconds of a round
   * @param driverBytes through the driver's process, if the system tells
   * @param shuffleBytes through the shuffle
   * @param driverHeapBytes alive at once at the driver, at most, in one more round
   */
  record Workers(
      int rounds,
      double seconds,
      OptionalLong driverBytes,
      long shuffleBytes,
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

  void put(int localSteps, LocalSteps figures) {
    byLocalSteps.put(localSteps, figures);
  }

  void put(int workers, Workers figures) {
    byWorkers.put(workers, figures);
  }

  void put(Extrapolation terms) {
    extrapolation = terms;
  }

  LocalSteps localSteps(int count) {
    return byLocalSteps.get(count);
  }

  /** The middle of some figures. */
  static <T> double median(List<T> from, ToDoubleFunction<T> figure) {
    double[] sorted = from.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** One object on one line. */
  String toJson() {
    Map<String, Object> all = new LinkedHashMap<>();
    Map<Integer, Object> shares = new LinkedHashMap<>();
    Map<Integer, Object> localSteps = new LinkedHashMap<>();
    byLocalSteps.forEach(
        (steps, figures) -> {
          shares.put(steps, rounded(figures.outsideShare));
          localSteps.put(steps, json(figures));
        });
    Map<Integer, Object> workers = new LinkedHashMap<>();
    byWorkers.forEach((count, figures) -> workers.put(count, json(figures)));
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
      throw new IllegalStateException("figures are plain values", e);
    }
  }

  private static Map<String, Object> json(LocalSteps figures) {
    Map<String, Object> json = new LinkedHashMap<>();
    Map<String, Object> parts = new LinkedHashMap<>();
    figures.parts.forEach((part, seconds) -> parts.put(part, rounded(seconds)));
    json.put("rounds", figures.rounds);
    json.put("round_s", rounded(figures.seconds));
    json.put("parts_s", parts);
    json.put("images_s", rounded(figures.imagesPerSecond));
    json.put("process_images_s", rounded(figures.processImagesPerSecond));
    json.put("to_process", rounded(figures.ratio));
    return json;
  }

  private static Map<String, Object> json(Extrapolation terms) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("step_s", rounded(terms.stepSeconds()));
    json.put("outside_s", rounded(terms.outsideSeconds()));
    json.put("worker_s", rounded(terms.workerSeconds()));
    json.put("state_bytes", terms.stateBytes());
    return json;
  }

  private static Map<String, Object> json(Workers figures) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rounds", figures.rounds);
    json.put("round_s", rounded(figures.seconds));
    json.put(
        "driver_bytes", figures.driverBytes.isPresent() ? figures.driverBytes.getAsLong() : null);
    json.put("shuffle_bytes", figures.shuffleBytes);
    json.put("driver_heap_bytes", figures.driverHeapBytes);
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
      byLocalSteps.forEach((steps, figures) -> row(text, steps, figures));
      line(text, "");
      text.append("%-12s".formatted("parts, s"));
      RoundCost.PARTS.forEach(part -> text.append("%11s".formatted(part)));
      line(text, "");
      byLocalSteps.forEach((steps, figures) -> parts(text, steps, figures));
    }
    if (extrapolation != null) {
      extrapolated(text);
    }
    if (!byWorkers.isEmpty()) {
      line(text, "");
      line(
          text,
          "%-12s%8s%10s%14s%14s%18s",
          "workers",
          "rounds",
          "round, s",
          "driver, MB",
          "shuffle, MB",
          "driver heap, MB");
      byWorkers.forEach((workers, figures) -> row(text, workers, figures));
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

  private static void row(StringBuilder text, int steps, LocalSteps figures) {
    line(
        text,
        "%-12d%8d%10.2f%9.2f%%%12.2f%14.2f%8.3f",
        steps,
        figures.rounds,
        figures.seconds,
        100 * figures.outsideShare,
        figures.imagesPerSecond,
        figures.processImagesPerSecond,
        figures.ratio);
  }

  private static void parts(StringBuilder text, int steps, LocalSteps figures) {
    text.append(String.format(Locale.ROOT, "%-12d", steps));
    figures.parts.values().forEach(s -> text.append(String.format(Locale.ROOT, "%11.3f", s)));
    line(text, "");
  }

  private static void row(StringBuilder text, int workers, Workers figures) {
    line(
        text,
        "%-12d%8d%10.2f%14s%14.1f%18.1f",
        workers,
        figures.rounds,
        figures.seconds,
        figures.driverBytes.isPresent()
            ? String.format(Locale.ROOT, "%.1f", figures.driverBytes.getAsLong() / 1e6)
            : "-",
        figures.shuffleBytes / 1e6,
        figures.driverHeapBytes / 1e6);
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
