package org.googlenet.model;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Learning rates as functions of the global step, which counts from 0.
 *
 * <p>Every schedule has a linear warm-up: during the first {@code warmUp} steps the schedule's own
 * rate at that step is multiplied by {@code (step + 1) / warmUp}; 0 means none. (DL4J's own
 * polynomial schedule grows where it should fall, which is one reason for these.)
 */
public sealed interface LearningRateSchedule extends ISchedule {

  /** The same rate at every step. */
  static LearningRateSchedule constant(double rate) {
    return new Constant(rate, 0);
  }

  /** Number of warm-up steps, 0 for none. */
  int warmUp();

  /** The rate at a step without warm-up. */
  double withoutWarmUp(int step);

  /** The rate at a step, counted from 0 over the whole training. */
  default double at(int step) {
    double rate = withoutWarmUp(step);
    return step < warmUp() ? rate * (step + 1) / warmUp() : rate;
  }

  /** The same schedule with every rate multiplied by a factor, above 0. */
  LearningRateSchedule times(double by);

  /** DL4J's view of {@link #at}: its iteration is the global step, its epoch is ignored. */
  @Override
  default double valueAt(int iteration, int epoch) {
    return at(iteration);
  }

  /** Returns itself, since a schedule never changes. */
  @Override
  LearningRateSchedule clone();

  /** The same rate at every step. */
  record Constant(double base, int warmUp) implements LearningRateSchedule {

    @JsonCreator
    public Constant(@JsonProperty("base") double base, @JsonProperty("warmUp") int warmUp) {
      this.base = check("base", base);
      this.warmUp = (int) checkFrom(0, "warmUp", warmUp);
    }

    @Override
    public double withoutWarmUp(int step) {
      return base;
    }

    @Override
    public Constant times(double by) {
      return new Constant(by * base, warmUp);
    }

    @Override
    public Constant clone() {
      return this;
    }
  }

  /** {@code base * factor^floor(step / every)}. */
  record Step(double base, int every, double factor, int warmUp) implements LearningRateSchedule {

    @JsonCreator
    public Step(
        @JsonProperty("base") double base,
        @JsonProperty("every") int every,
        @JsonProperty("factor") double factor,
        @JsonProperty("warmUp") int warmUp) {
      this.base = check("base", base);
      this.every = (int) checkFrom(1, "every", every);
      this.factor = check("factor", factor);
      this.warmUp = (int) checkFrom(0, "warmUp", warmUp);
    }

    @Override
    public double withoutWarmUp(int step) {
      return base * Math.pow(factor, Math.floorDiv(step, every));
    }

    @Override
    public Step times(double by) {
      return new Step(by * base, every, factor, warmUp);
    }

    @Override
    public Step clone() {
      return this;
    }
  }

  /** {@code base * (1 - step / total)^power}, and 0 from {@code total} on. */
  record Polynomial(double base, double power, long total, int warmUp)
      implements LearningRateSchedule {

    @JsonCreator
    public Polynomial(
        @JsonProperty("base") double base,
        @JsonProperty("power") double power,
        @JsonProperty("total") long total,
        @JsonProperty("warmUp") int warmUp) {
      this.base = check("base", base);
      this.power = check("power", power);
      this.total = checkFrom(1, "total", total);
      this.warmUp = (int) checkFrom(0, "warmUp", warmUp);
    }

    @Override
    public double withoutWarmUp(int step) {
      return step >= total ? 0 : base * Math.pow(1 - (double) step / total, power);
    }

    @Override
    public Polynomial times(double by) {
      return new Polynomial(by * base, power, total, warmUp);
    }

    @Override
    public Polynomial clone() {
      return this;
    }
  }

  /**
   * Half a cosine from {@code base} down to {@code floor} at step {@code total}, and {@code floor}
   * from there on (Loshchilov and Hutter, "SGDR", 2017, without restarts).
   */
  record Cosine(double base, long total, double floor, int warmUp) implements LearningRateSchedule {

    @JsonCreator
    public Cosine(
        @JsonProperty("base") double base,
        @JsonProperty("total") long total,
        @JsonProperty("floor") double floor,
        @JsonProperty("warmUp") int warmUp) {
      this.base = check("base", base);
      this.total = checkFrom(1, "total", total);
      this.floor = check("floor", floor);
      this.warmUp = (int) checkFrom(0, "warmUp", warmUp);
    }

    @Override
    public double withoutWarmUp(int step) {
      double turn = Math.PI * Math.min(step, total) / total;
      return floor + (base - floor) * (1 + Math.cos(turn)) / 2;
    }

    @Override
    public Cosine times(double by) {
      return new Cosine(by * base, total, by * floor, warmUp);
    }

    @Override
    public Cosine clone() {
      return this;
    }
  }

  private static double check(String key, double value) {
    if (!(value >= 0 && value <= Double.MAX_VALUE)) {
      throw new ModelProblem("learningRate." + key + ": " + value + ": must be a number from 0 up");
    }
    return value;
  }

  private static long checkFrom(long lowest, String key, long value) {
    if (value < lowest) {
      throw new ModelProblem("learningRate." + key + ": " + value + ": must be at least " + lowest);
    }
    return value;
  }
}
