package org.googlenet.averaging;

import java.io.Serializable;
import java.util.List;
import org.googlenet.data.format.Range;
import org.googlenet.recipe.Recipe.Compression;

/**
 * All that a training has learnt and how far it is, between two rounds.
 *
 * @param parameters flat vector in DL4J's order
 * @param momentum flat vector in the same order
 * @param outer the outer optimiser's momentum in the same order; empty while there is none
 * @param round rounds done
 * @param step global steps done, as the learning-rate schedule counts them
 * @param examples examples trained on so far, by all workers together
 * @param rewinds how often the training went back; each time the learning rate was lowered
 * @param leftOver records of the epoch that cut rounds did not reach
 */
public record TrainingState(
    float[] parameters,
    float[] momentum,
    float[] outer,
    int round,
    int step,
    long examples,
    int rewinds,
    List<Range> leftOver)
    implements Serializable {

  public TrainingState {
    leftOver = List.copyOf(leftOver);
  }

  /**
   * A state before the first round.
   *
   * @param step global steps that were made before
   */
  public static TrainingState beginning(float[] parameters, float[] momentum, int step) {
    return new TrainingState(parameters, momentum, new float[0], 0, step, 0, 0, List.of());
  }

  /**
   * The state after one more round. One in which no worker had a record that it could use changes
   * only the counters.
   *
   * @param steps by how much the global step grows
   * @param learningRate of the round's first local step
   */
  public TrainingState after(
      Average average, int steps, OuterOptimizer optimizer, double learningRate) {
    OuterOptimizer.Stepped stepped = new OuterOptimizer.Stepped(parameters, outer);
    RoundMetrics metrics = average.metrics();
    boolean trained = metrics.examples() > 0;
    if (trained) {
      stepped = optimizer.step(stepped, average.parameters(), learningRate);
    }
    return new TrainingState(
        stepped.parameters(),
        trained ? average.momentum() : momentum,
        stepped.momentum(),
        round + 1,
        step + steps,
        examples + metrics.examples(),
        rewinds,
        metrics.leftOver());
  }

  /** What workers start from, if they get it with this compression. */
  TrainingState rounded(Compression compression) {
    return withVectors(
        Packing.rounded(parameters, compression), Packing.rounded(momentum, compression));
  }

  /** The same with other vectors and without what only the driver needs. */
  TrainingState withVectors(float[] otherParameters, float[] otherMomentum) {
    return new TrainingState(
        otherParameters, otherMomentum, new float[0], round, step, examples, rewinds, leftOver);
  }

  /** Whether all its values are finite. */
  public boolean isFinite() {
    return areFinite(parameters) && areFinite(momentum) && areFinite(outer);
  }

  static boolean areFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** The same state, after this many rewinds. */
  public TrainingState afterRewinds(int times) {
    return new TrainingState(parameters, momentum, outer, round, step, examples, times, leftOver);
  }
}
