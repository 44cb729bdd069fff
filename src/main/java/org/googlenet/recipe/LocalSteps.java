package org.googlenet.recipe;

import java.io.Serializable;

/** How many local steps each worker makes in a round, as a function of the global step. */
public sealed interface LocalSteps extends Serializable {

  /** The kinds of schedule that the number may follow. */
  enum Schedule {
    CONSTANT,
    GROWING,
    WARMUP
  }

  Schedule schedule();

  /** The number that the recipe gives: the one at the start, or the one after the warm-up. */
  int value();

  /** Number of local steps in a round that starts at a global step, at least 1. */
  int at(long step);

  /** The global step from which the number stays the same. */
  long settled();

  /** The number from {@link #settled} on. */
  default int last() {
    return at(settled());
  }

  /** The same number in each round. */
  record Constant(int value) implements LocalSteps {

    @Override
    public Schedule schedule() {
      return Schedule.CONSTANT;
    }

    @Override
    public int at(long step) {
      return value;
    }

    @Override
    public long settled() {
      return 0;
    }
  }

  /**
   * A number that is multiplied by a factor at regular intervals, up to a limit.
   *
   * @param value the number at the start
   * @param every global steps between two multiplications
   * @param factor what it is multiplied by, at least 2
   * @param most the limit, at least {@code value}
   */
  record Growing(int value, int every, int factor, int most) implements LocalSteps {

    @Override
    public Schedule schedule() {
      return Schedule.GROWING;
    }

    @Override
    public int at(long step) {
      long number = value;
      for (long times = step / every; times > 0 && number < most; times--) {
        number *= factor;
      }
      return (int) Math.min(number, most);
    }

    @Override
    public long settled() {
      long step = 0;
      while (at(step) < most) {
        step += every;
      }
      return step;
    }
  }

  /**
   * One local step per round at first, which is synchronous SGD where no gradient is clipped, then
   * another number (post-local SGD, Lin et al. 2020).
   *
   * @param value the number after the warm-up
   * @param warmUp global steps of the warm-up
   */
  record WarmUp(int value, int warmUp) implements LocalSteps {

    @Override
    public Schedule schedule() {
      return Schedule.WARMUP;
    }

    @Override
    public int at(long step) {
      return step < warmUp ? 1 : value;
    }

    @Override
    public long settled() {
      return warmUp;
    }
  }
}
