package org.googlenet.profile;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.googlenet.engine.StepTimes;
import org.googlenet.engine.onednn.Plan;

/**
 * Where the time of a training step or a forward pass goes. All times are in milliseconds, and
 * means over the faster half of the steps that were measured: a disturbed step does not count, and
 * the parts of the others add up.
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
    List<StepTimes> faster =
        timed.stream()
            .sorted(Comparator.comparingDouble(StepTimes::seconds))
            .limit((timed.size() + 1) / 2)
            .toList();
    Map<Key, Double> times = means(faster);
    double all = times.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Sum> layers = new LinkedHashMap<>();
    Map<String, Sum> kinds = new LinkedHashMap<>();
    times.forEach(
        (key, ms) -> {
          double limit = MS * bare.getOrDefault(key.layer, Map.of()).getOrDefault(key.library, 0.0);
          layers.computeIfAbsent(key.layer, layer -> new Sum()).add(key, ms, limit);
          kinds.computeIfAbsent(key.kind, kind -> new Sum()).add(key, ms, limit);
        });
    List<Part> byKind = new ArrayList<>(parts(kinds, all));
    byKind.sort((a, b) -> Double.compare(b.ms, a.ms));
    double whole = faster.stream().mapToDouble(StepTimes::seconds).average().orElseThrow();
    double plain = DoubleStream.of(seconds).sorted().limit(faster.size()).average().orElseThrow();
    return new StepProfile(MS * plain, MS * whole, parts(layers, all), byKind);
  }

  private static List<Part> parts(Map<String, Sum> sums, double all) {
    return sums.entrySet().stream().map(sum -> sum.getValue().part(sum.getKey(), all)).toList();
  }

  private static Map<Key, Double> means(List<StepTimes> timed) {
    Map<Key, Double> means = new LinkedHashMap<>();
    double each = MS / timed.size();
    for (StepTimes step : timed) {
      step.operations().forEach(one -> means.merge(Key.of(one), each * one.seconds(), Double::sum));
    }
    for (StepTimes step : timed) {
      means.merge(beside(UPDATE), each * step.updateSeconds(), Double::sum);
      means.merge(beside(REST), each * step.restSeconds(), Double::sum);
    }
    means.values().removeIf(ms -> ms == 0);
    return means;
  }

  private static Key beside(String name) {
    return new Key(name, name, null, name);
  }
}
