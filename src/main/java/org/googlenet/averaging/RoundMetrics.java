package org.googlenet.averaging;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.googlenet.data.BadRecord;
import org.googlenet.data.format.Range;
import org.googlenet.engine.ActiveUnits;

/**
 * What workers report about a round beside their vectors: some hundred bytes of each, which the
 * driver adds up.
 *
 * @param examples examples trained on
 * @param steps local steps of the worker with the most of them
 * @param times where each worker's time went; no result depends on it
 * @param lossSums for each head, the sum over the examples of its loss before each update,
 *     unweighted; workers of another kind may report sums of their own, of any number
 * @param gradientNormSums for each head, the norm of its gradient in a worker's last step, times
 *     the worker's examples
 * @param activeUnits the heads' ReLU units that had a gradient from some example
 * @param instructions the instruction sets of the workers' machines, on which rounding depends
 * @param leftOver records that were not trained on because the round was cut
 * @param passedOver records that could not be used
 * @param gaveUp whether a worker ended early because it alone met more of these than are tolerated
 * @param divergences what workers saw that must not reach the state
 */
public record RoundMetrics(
    long examples,
    int steps,
    List<WorkerTime> times,
    double[] lossSums,
    double[] gradientNormSums,
    ActiveUnits activeUnits,
    SortedSet<String> instructions,
    List<Range> leftOver,
    List<BadRecord> passedOver,
    boolean gaveUp,
    List<Divergence> divergences)
    implements Serializable {

  /** The metrics of a worker that had nothing to do. */
  static final RoundMetrics NONE = none(List.of(), false, List.of());

  /** The metrics of a worker that reports no more than this. */
  public static RoundMetrics of(long examples, int steps, double[] lossSums, String instructions) {
    return new RoundMetrics(
        examples,
        steps,
        List.of(),
        lossSums,
        new double[0],
        new ActiveUnits(),
        new TreeSet<>(List.of(instructions)),
        List.of(),
        List.of(),
        false,
        List.of());
  }

  /** The metrics of a worker that diverged. */
  static RoundMetrics of(Divergence divergence) {
    return none(List.of(), false, List.of(divergence));
  }

  /** The metrics of a worker that could not use any of its records. */
  static RoundMetrics of(List<BadRecord> passedOver, boolean gaveUp) {
    return none(passedOver, gaveUp, List.of());
  }

  private static RoundMetrics none(
      List<BadRecord> passedOver, boolean gaveUp, List<Divergence> divergences) {
    return new RoundMetrics(
        0,
        0,
        List.of(),
        new double[0],
        new double[0],
        new ActiveUnits(),
        new TreeSet<>(),
        List.of(),
        passedOver,
        gaveUp,
        divergences);
  }

  /**
   * The sum of both; must be called in the order of the workers, since sums of doubles depend on
   * it.
   */
  RoundMetrics plus(RoundMetrics other) {
    TreeSet<String> allInstructions = new TreeSet<>(instructions);
    allInstructions.addAll(other.instructions);
    ActiveUnits union = new ActiveUnits();
    union.add(activeUnits);
    union.add(other.activeUnits);
    return new RoundMetrics(
        examples + other.examples,
        Math.max(steps, other.steps),
        concatenation(times, other.times),
        sum(lossSums, other.lossSums),
        sum(gradientNormSums, other.gradientNormSums),
        union,
        allInstructions,
        concatenation(leftOver, other.leftOver),
        concatenation(passedOver, other.passedOver),
        gaveUp || other.gaveUp,
        concatenation(divergences, other.divergences));
  }

  /** Time in local steps of the worker with the most of it; 0 if it is not known. */
  public double stepSeconds() {
    return times.stream().mapToDouble(WorkerTime::stepSeconds).max().orElse(0);
  }

  /** Time in which the worker that waited most waited for batches; 0 if it is not known. */
  public double waitSeconds() {
    return times.stream()
        .mapToDouble(time -> time.firstBatchSeconds() + time.waitSeconds())
        .max()
        .orElse(0);
  }

  /** Mean loss of each head over the examples, unweighted; empty if none was reported. */
  public double[] losses() {
    return perExample(lossSums);
  }

  /** Mean over the workers, weighted by their examples; empty if none was reported. */
  public double[] gradientNorms() {
    return perExample(gradientNormSums);
  }

  private double[] perExample(double[] sums) {
    double[] means = sums.clone();
    for (int i = 0; i < means.length; i++) {
      means[i] /= examples;
    }
    return means;
  }

  /** The sum of each element; one that only the longer has is taken as it is. */
  private static double[] sum(double[] one, double[] other) {
    double[] sum = Arrays.copyOf(one, Math.max(one.length, other.length));
    for (int i = 0; i < other.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }

  private static <T> List<T> concatenation(List<T> one, List<T> other) {
    List<T> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }
}
