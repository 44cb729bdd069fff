package org.googlenet.profile;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.StepTimes;
import org.googlenet.engine.onednn.Plan;

/**
 * Where the time of a training step or a forward pass goes. All times are in milliseconds, and
 * medians over the steps that were measured.
 *
 * @param ms of a step as a training makes it
 * @param timedMs of a step each operation of which was timed; the parts add up to it
 * @param layers in the network's order, then the update, and what the engine does beside
 * @param kinds the same by kind of operation, the longest first
 */
public record StepProfile(double ms, double timedMs, List<Part> layers, List<Part> kinds)
    implements Serializable {

  /** The name and the kind of the update of the parameters. */
  public static final String UPDATE = "update";

  /** What the engine does beside operations and update: it takes images, masks and losses. */
  public static final String REST = "input, dropout, loss";

  private static final double MS = 1e3;

  public StepProfile {
    layers = List.copyOf(layers);
    kinds = List.copyOf(kinds);
  }

  /**
   * A part of a step.
   *
   * @param name of the layer or of the kind
   * @param kind what takes most of its time: convolution, pool, lrn, reorder ...
   * @param ms of all of it
   * @param forwardMs of these, in the forward pass
   * @param backwardMs of these, in the backward pass
   * @param share of all parts together, 0 to 1
   * @param bareMs how long its convolutions take by themselves, each right after a run of its own;
   *     null if it has none, or that is not known
   */
  public record Part(
      String name,
      String kind,
      double ms,
      double forwardMs,
      double backwardMs,
      double share,
      Double bareMs)
      implements Serializable {}

  /** What an operation is a part of. */
  private record Key(String layer, String kind, Plan.Pass pass, String library) {

    static Key of(Plan.Timing timing) {
      String kind = timing.kind().replaceFirst("-back.*", "");
      return new Key(timing.node(), kind, timing.pass(), timing.kind());
    }
  }

  /** The sums of a layer or a kind. */
  private static final class Sum {

    private final Map<String, Double> byKind = new LinkedHashMap<>();
    private double ms;
    private double forwardMs;
    private double backwardMs;
    private double bareMs;

    void add(Key key, double time, double bare) {
      byKind.merge(key.kind, time, Double::sum);
      ms += time;
      bareMs += bare;
      if (key.pass == Plan.Pass.BACKWARD) {
        backwardMs += time;
      } else if (key.pass != null) {
        forwardMs += time;
      }
    }

    Part part(String name, double all) {
      String kind =
          byKind.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
      return new Part(name, kind, ms, forwardMs, backwardMs, ms / all, bareMs == 0 ? null : bareMs);
    }
  }

  /**
   * Puts measurements together.
   *
   * @param seconds of steps without a clock inside
   * @param timed of steps of the same kind with one
   * @param bare seconds of convolutions by node and kind, as the engine has them
   */
  static StepProfile of(
      double[] seconds, List<StepTimes> timed, Map<String, Map<String, Double>> bare) {
    Map<Key, Double> medians = medians(timed);
    double all = medians.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Sum> layers = new LinkedHashMap<>();
    Map<String, Sum> kinds = new LinkedHashMap<>();
    medians.forEach(
        (key, ms) -> {
          double limit = MS * bare.getOrDefault(key.layer, Map.of()).getOrDefault(key.library, 0.0);
          layers.computeIfAbsent(key.layer, layer -> new Sum()).add(key, ms, limit);
          kinds.computeIfAbsent(key.kind, kind -> new Sum()).add(key, ms, limit);
        });
    List<Part> byKind = new ArrayList<>(parts(kinds, all));
    byKind.sort((a, b) -> Double.compare(b.ms, a.ms));
    double[] whole = timed.stream().mapToDouble(StepTimes::seconds).toArray();
    return new StepProfile(
        MS * Medians.of(seconds), MS * Medians.of(whole), parts(layers, all), byKind);
  }

  private static List<Part> parts(Map<String, Sum> sums, double all) {
    return sums.entrySet().stream().map(sum -> sum.getValue().part(sum.getKey(), all)).toList();
  }

  private static Map<Key, Double> medians(List<StepTimes> timed) {
    Map<Key, double[]> times = new LinkedHashMap<>();
    for (int step = 0; step < timed.size(); step++) {
      for (Plan.Timing operation : timed.get(step).operations()) {
        add(times, Key.of(operation), step, timed.size(), operation.seconds());
      }
    }
    for (int step = 0; step < timed.size(); step++) {
      add(times, beside(UPDATE), step, timed.size(), timed.get(step).updateSeconds());
      add(times, beside(REST), step, timed.size(), timed.get(step).restSeconds());
    }
    Map<Key, Double> medians = new LinkedHashMap<>();
    times.forEach((key, seconds) -> medians.put(key, MS * Medians.of(seconds)));
    medians.values().removeIf(ms -> ms == 0);
    return medians;
  }

  private static Key beside(String name) {
    return new Key(name, name, null, name);
  }

  private static void add(Map<Key, double[]> times, Key key, int step, int steps, double seconds) {
    times.computeIfAbsent(key, each -> new double[steps])[step] += seconds;
  }
}
