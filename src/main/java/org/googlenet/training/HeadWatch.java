package org.googlenet.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.googlenet.model.Head;
import org.googlenet.model.Parts;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.TrainingEvent.RoundFinished;

/**
 * Warns, once, if a head's loss stays at ln(classes), where it is for a head that knows nothing.
 * Not of one that is frozen, which is to stay as it is.
 *
 * <p>A healthy training passes through this value too. With 10 classes it took some 50 steps of 16
 * images; BVLC's users saw ImageNet's heads leave 6.9 after 1,000 to 8,000 steps (BVLC/caffe,
 * issues 401 and 2085). So the patience grows with the number of classes, up to a quarter of the
 * training.
 */
final class HeadWatch {

  /** A head whose loss is below ln(classes) by more than this share of it is learning. */
  private static final double BELOW = 0.02;

  /**
   * A head above ln(classes) may still be stalled: at a learning rate of 0.1, heads stayed up to 4%
   * above.
   */
  private static final double ABOVE = 0.05;

  private static final int ROUNDS = 3;
  private static final int STEPS_A_CLASS = 10;

  /**
   * A larger share of dead units is not chance: if labels did not fit the images, the share was up
   * to 0.32; at a learning rate of 0.1, ten times a good one, up to 0.9.
   */
  private static final double DEAD = 0.5;

  /**
   * With a smaller gradient norm a head does not learn, at any learning rate that a recipe may
   * have.
   */
  private static final double NO_GRADIENT = 1e-6;

  private final Recipe recipe;
  private final List<Head> heads;
  private final double knowsNothing;
  private final long patience;
  private final Map<Head, Stall> stalls = new HashMap<>();
  private long lastStep = -1;

  /** How long a head has been stalled. */
  private static final class Stall {
    private int rounds;
    private long since;
    private boolean told;
  }

  /**
   * @param heads of the network
   * @param steps global steps of the whole training
   */
  HeadWatch(Recipe recipe, List<Head> heads, long steps) {
    this.recipe = recipe;
    this.heads = List.copyOf(heads);
    this.knowsNothing = Math.log(recipe.model().classes());
    this.patience = Math.min(steps / 4, (long) STEPS_A_CLASS * recipe.model().classes());
  }

  /**
   * Looks at a round, which must follow the last one that it looked at.
   *
   * @return one line per head that has now been stalled for too long, unless this stall was
   *     reported before
   */
  List<String> after(RoundFinished round) {
    List<String> lines = new ArrayList<>();
    for (Head head : heads) {
      Stall stall = stalls.computeIfAbsent(head, any -> new Stall());
      if (isFrozen(head, round)) {
        stall.rounds = 0;
        continue;
      }
      count(stall, round, round.loss().of(head.name()));
      if (!stall.told && isTooLong(stall, round)) {
        stall.told = true;
        lines.add(line(head, stall, round));
      }
    }
    lastStep = round.step();
    return lines;
  }

  private boolean isFrozen(Head head, RoundFinished round) {
    Set<String> frozen = recipe.fineTuning().in(round.epoch() - 1).frozen();
    // Only GoogLeNet has layers to freeze; the heads of other networks have names of their own.
    return !frozen.isEmpty() && frozen.containsAll(Parts.layers(head.name()));
  }

  private void count(Stall stall, RoundFinished round, double loss) {
    boolean isThere = loss >= (1 - BELOW) * knowsNothing && loss <= (1 + ABOVE) * knowsNothing;
    if (!isThere || round.step() <= recipe.learningRate().warmUp()) {
      stall.rounds = 0;
      stall.told = false;
      return;
    }
    if (stall.rounds == 0) {
      stall.since = lastStep >= 0 ? lastStep : round.step();
    }
    stall.rounds++;
  }

  private boolean isTooLong(Stall stall, RoundFinished round) {
    return stall.rounds >= ROUNDS && round.step() - stall.since >= patience;
  }

  private String line(Head head, Stall stall, RoundFinished round) {
    return format(
        "head %s: its loss has been at ln(%d) = %.3f, as of a head that knows nothing, for %d rounds: %s",
        head.name(),
        recipe.model().classes(),
        knowsNothing,
        stall.rounds,
        causes(head, round.gradientNorm().of(head.name()), round.deadUnits().of(head.name())));
  }

  /** What its metrics suggest; a metric that is not known (NaN) suggests nothing. */
  private String causes(Head head, double gradientNorm, double dead) {
    double rate = recipe.learningRate().base();
    if (gradientNorm < NO_GRADIENT) {
      return format("no gradient reaches it; loss.%s is %s", head.name(), head.lossWeight());
    }
    if (dead > DEAD) {
      return format(
          "%.0f%% of its ReLU units are dead, as after too high a rate or a bad start; lower learningRate.base (%s) or raise model.bias (%s), and begin anew",
          100 * dead, rate, recipe.model().bias());
    }
    return format(
        "a gradient reaches it and most of its ReLU units live; either the labels do not fit the images, or learningRate.base (%s) is too low, or so high that the layers before it pass nothing on",
        rate);
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
