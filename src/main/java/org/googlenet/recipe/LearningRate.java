package org.googlenet.recipe;

import java.io.Serializable;
import org.googlenet.model.LearningRateSchedule;

/**
 * The learning rate as a recipe describes it; the length of a training turns it into a schedule.
 */
public sealed interface LearningRate extends Serializable {

  /** The kinds of schedule. */
  enum Schedule {
    CONSTANT,
    STEP,
    POLYNOMIAL,
    COSINE
  }

  Schedule schedule();

  /** The rate that the schedule starts from. */
  double base();

  /**
   * Global steps of the linear warm-up: at step s of it the schedule's rate is multiplied by (s +
   * 1) / warmUp. 0 means none.
   */
  int warmUp();

  /**
   * The learning rate by global step.
   *
   * @param steps global steps of the whole training, for the schedules that need them
   * @param lowered what the rate is multiplied by
   */
  LearningRateSchedule over(int steps, double lowered);

  /** The same rate at every step. */
  record Constant(double base, int warmUp) implements LearningRate {

    @Override
    public Schedule schedule() {
      return Schedule.CONSTANT;
    }

    @Override
    public LearningRateSchedule over(int steps, double lowered) {
      return new LearningRateSchedule.Constant(lowered * base, warmUp);
    }
  }

  /**
   * A rate that is multiplied by a factor at regular intervals.
   *
   * @param every global steps between two multiplications
   */
  record Step(double base, int every, double factor, int warmUp) implements LearningRate {

    @Override
    public Schedule schedule() {
      return Schedule.STEP;
    }

    @Override
    public LearningRateSchedule over(int steps, double lowered) {
      return new LearningRateSchedule.Step(lowered * base, every, factor, warmUp);
    }
  }

  /** A rate that falls to 0 as {@code base * (1 - step/total)^power}. */
  record Polynomial(double base, double power, int warmUp) implements LearningRate {

    @Override
    public Schedule schedule() {
      return Schedule.POLYNOMIAL;
    }

    @Override
    public LearningRateSchedule over(int steps, double lowered) {
      return new LearningRateSchedule.Polynomial(lowered * base, power, steps, warmUp);
    }
  }

  /**
   * A rate that falls along half a cosine (Loshchilov and Hutter 2017, without restarts).
   *
   * @param floor the rate at the end of the training
   */
  record Cosine(double base, double floor, int warmUp) implements LearningRate {

    @Override
    public Schedule schedule() {
      return Schedule.COSINE;
    }

    @Override
    public LearningRateSchedule over(int steps, double lowered) {
      return new LearningRateSchedule.Cosine(lowered * base, steps, lowered * floor, warmUp);
    }
  }
}
