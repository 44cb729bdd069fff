package org.googlenet.averaging;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;
import org.googlenet.model.ParameterLayout.Range;
import org.googlenet.recipe.Recipe;

/**
 * Makes the next state from a round's average: the step that the driver makes after each round.
 *
 * <p>With x the parameters that a round started from and a the average of its workers, the round's
 * step is a - x. Each optimiser but {@link Average} keeps an outer momentum u, one value per
 * parameter, which starts at 0. The workers' own momentum is averaged by every optimiser.
 * Everything is computed in double and rounded once.
 */
public sealed interface OuterOptimizer extends Serializable {

  /** Plain averaging. */
  OuterOptimizer AVERAGE = new Average();

  /** The optimiser that a recipe names. */
  static OuterOptimizer of(Recipe.Outer outer) {
    return switch (outer.kind()) {
      case AVERAGE -> AVERAGE;
      case SLOWMO -> new SlowMomentum(outer.momentum(), outer.rate());
      case NESTEROV -> new Nesterov(outer.momentum(), outer.rate());
      case BMUF -> new BlockMomentum(outer.momentum(), outer.rate());
    };
  }

  /**
   * The optimiser that a recipe names, for the trained values of a network; all other values take
   * the average, and of these a running variance is never below 0.
   */
  static OuterOptimizer of(Recipe.Outer outer, ParameterLayout layout) {
    List<Range> others =
        layout.entries().stream().filter(entry -> !entry.trained()).map(Entry::range).toList();
    List<Range> variances =
        layout.entries().stream().filter(Entry::isVariance).map(Entry::range).toList();
    OuterOptimizer optimizer = of(outer);
    if (!others.isEmpty() && !optimizer.equals(AVERAGE)) {
      optimizer = new ForTrained(optimizer, new ArrayList<>(others));
    }
    return variances.isEmpty()
        ? optimizer
        : new WithVariances(optimizer, new ArrayList<>(variances));
  }

  /**
   * An optimiser for a round in which some values stay as they are: to the last bit, also where the
   * arithmetic of averages turns -0 into 0.
   *
   * @param kept ranges of these values
   */
  static OuterOptimizer keeping(OuterOptimizer optimizer, List<Range> kept) {
    return kept.isEmpty() ? optimizer : new Keeping(optimizer, new ArrayList<>(kept));
  }

  /**
   * The parameters and the outer momentum after a round.
   *
   * @param before parameters that the round started from, and the outer momentum so far
   * @param average mean of the workers' parameters
   * @param learningRate of the round's first local step, above 0
   */
  Stepped step(Stepped before, float[] average, double learningRate);

  /**
   * The two vectors that a step changes.
   *
   * @param momentum the outer momentum; empty while there is none
   */
  record Stepped(float[] parameters, float[] momentum) {

    private double momentum(int i) {
      return momentum.length == 0 ? 0 : momentum[i];
    }

    /** Another one of the same length, to be filled in. */
    private Stepped blank() {
      return new Stepped(new float[parameters.length], new float[parameters.length]);
    }
  }

  /** The average is the next model. */
  record Average() implements OuterOptimizer {

    @Override
    public Stepped step(Stepped before, float[] average, double learningRate) {
      return new Stepped(average, before.momentum);
    }
  }

  /**
   * Slow momentum (Wang et al., "SlowMo", 2020): u = momentum * u + (x - a) / learningRate, x = x -
   * rate * learningRate * u. The learning rate is the local one, so that u counts in gradients.
   */
  record SlowMomentum(double momentum, double rate) implements OuterOptimizer {

    @Override
    public Stepped step(Stepped before, float[] average, double learningRate) {
      Stepped next = before.blank();
      for (int i = 0; i < average.length; i++) {
        double x = before.parameters[i];
        double u = momentum * before.momentum(i) + (x - average[i]) / learningRate;
        next.momentum[i] = (float) u;
        next.parameters[i] = (float) (x - rate * learningRate * u);
      }
      return next;
    }
  }

  /**
   * Nesterov's momentum on the difference (Douillard et al., "DiLoCo", 2023; the form is PyTorch's
   * SGD): g = x - a, u = momentum * u + g, x = x - rate * (g + momentum * u).
   */
  record Nesterov(double momentum, double rate) implements OuterOptimizer {

    @Override
    public Stepped step(Stepped before, float[] average, double learningRate) {
      Stepped next = before.blank();
      for (int i = 0; i < average.length; i++) {
        double x = before.parameters[i];
        double g = x - average[i];
        double u = momentum * before.momentum(i) + g;
        next.momentum[i] = (float) u;
        next.parameters[i] = (float) (x - rate * (g + momentum * u));
      }
      return next;
    }
  }

  /**
   * Blockwise model-update filtering with classical block momentum (Chen and Huo, "Scalable
   * training of deep learning machines by incremental block training", 2016): u = momentum * u +
   * rate * (a - x), x = x + u.
   */
  record BlockMomentum(double momentum, double rate) implements OuterOptimizer {

    @Override
    public Stepped step(Stepped before, float[] average, double learningRate) {
      Stepped next = before.blank();
      for (int i = 0; i < average.length; i++) {
        double x = before.parameters[i];
        double u = momentum * before.momentum(i) + rate * (average[i] - x);
        next.momentum[i] = (float) u;
        next.parameters[i] = (float) (x + u);
      }
      return next;
    }
  }

  /**
   * Another optimiser for the trained values; the others, such as running means, take the average.
   *
   * @param others ranges of the values that are not trained
   */
  record ForTrained(OuterOptimizer optimizer, List<Range> others) implements OuterOptimizer {

    @Override
    public Stepped step(Stepped before, float[] average, double learningRate) {
      Stepped next = optimizer.step(before, average, learningRate);
      float[] parameters = next.parameters.clone();
      float[] momentum = next.momentum.clone();
      for (Range range : others) {
        System.arraycopy(average, range.from(), parameters, range.from(), range.length());
        if (momentum.length > 0) {
          Arrays.fill(momentum, range.from(), range.to(), 0);
        }
      }
      return new Stepped(parameters, momentum);
    }
  }

  /**
   * Another optimiser, beside values that stay as they are.
   *
   * @param kept ranges of these values
   */
  record Keeping(OuterOptimizer optimizer, List<Range> kept) implements OuterOptimizer {

    @Override
    public Stepped step(Stepped before, float[] average, double learningRate) {
      Stepped next = optimizer.step(before, average, learningRate);
      if (kept.stream().allMatch(range -> isSame(range, before.parameters, next.parameters))) {
        return next; // the very array, which may still lie on the executors
      }
      float[] parameters = next.parameters.clone();
      for (Range range : kept) {
        System.arraycopy(before.parameters, range.from(), parameters, range.from(), range.length());
      }
      return new Stepped(parameters, next.momentum);
    }

    private static boolean isSame(Range range, float[] one, float[] other) {
      return Arrays.mismatch(one, range.from(), range.to(), other, range.from(), range.to()) < 0;
    }
  }

  /**
   * Another optimiser, behind which no running variance is below 0. With compression an average is
   * the sum of a state and a rounded difference, and one that has fallen to a thousandth of itself
   * within a round can come out just below 0; its root is no number.
   */
  record WithVariances(OuterOptimizer optimizer, List<Range> variances) implements OuterOptimizer {

    @Override
    public Stepped step(Stepped before, float[] average, double learningRate) {
      Stepped next = optimizer.step(before, average, learningRate);
      float[] parameters = next.parameters;
      for (Range range : variances) {
        for (int i = range.from(); i < range.to(); i++) {
          if (parameters[i] < 0) {
            // The average may be kept for the next round as it is, so it is not written to.
            parameters = parameters == next.parameters ? parameters.clone() : parameters;
            parameters[i] = 0;
          }
        }
      }
      return new Stepped(parameters, next.momentum);
    }
  }
}
