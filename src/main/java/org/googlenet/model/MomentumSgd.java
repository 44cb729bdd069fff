package org.googlenet.model;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Stochastic gradient descent with plain momentum, which DL4J does not have: {@code v = momentum *
 * v + g}, {@code w -= rate * v}.
 *
 * <p>{@code g} is the gradient as DL4J hands it over: the mean over the batch plus {@code decay *
 * w} on the weights. The state is one value per parameter. Since all parameters of a network have
 * this same updater, the network's updater state is one flat vector, as long as the parameters and
 * in their order.
 *
 * <p>The norm to clip at is only data here, so that it travels with the network. An updater sees
 * the gradient in blocks and with the decay already added, so {@link GlobalNormClipping} clips
 * before.
 *
 * @param momentum in [0, 1)
 * @param schedule learning rate by global step
 * @param clipNorm largest global L2 norm of the mean gradient, 0 for no clipping
 */
public record MomentumSgd(double momentum, ISchedule schedule, double clipNorm)
    implements IUpdater {

  /**
   * @throws ModelProblem if momentum or clipNorm is outside its range
   */
  @JsonCreator
  public MomentumSgd(
      @JsonProperty("momentum") double momentum,
      @JsonProperty("schedule") ISchedule schedule,
      @JsonProperty("clipNorm") double clipNorm) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new ModelProblem("optimizer.momentum: " + momentum + ": must be in [0, 1)");
    }
    if (!(clipNorm >= 0 && clipNorm <= Double.MAX_VALUE)) {
      throw new ModelProblem(
          "optimizer.clipNorm: " + clipNorm + ": must be a number from 0 up (0: no clipping)");
    }
    this.momentum = momentum;
    this.schedule = schedule;
    this.clipNorm = clipNorm;
  }

  /** With momentum 0.9 and without clipping. */
  public static MomentumSgd of(ISchedule schedule) {
    return new MomentumSgd(0.9, schedule, 0);
  }

  /** The same with another momentum, in [0, 1). */
  public MomentumSgd withMomentum(double share) {
    return new MomentumSgd(share, schedule, clipNorm);
  }

  /** The same, but the mean gradient is clipped at a global L2 norm; 0 for no clipping. */
  public MomentumSgd withClipNorm(double norm) {
    return new MomentumSgd(momentum, schedule, norm);
  }

  @Override
  public long stateSize(long numParams) {
    return numParams;
  }

  @Override
  public GradientUpdater<MomentumSgd> instantiate(INDArray state, boolean initialise) {
    MomentumSgdUpdater updater = new MomentumSgdUpdater(this);
    updater.setStateViewArray(state, state.shape(), state.ordering(), initialise);
    return updater;
  }

  @Override
  public GradientUpdater<MomentumSgd> instantiate(Map<String, INDArray> state, boolean initialise) {
    MomentumSgdUpdater updater = new MomentumSgdUpdater(this);
    updater.setState(state, initialise);
    return updater;
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return schedule.valueAt(iteration, epoch);
  }

  @Override
  public boolean hasLearningRate() {
    return true;
  }

  /**
   * @throws UnsupportedOperationException always: an optimiser never changes; a network with
   *     another learning rate gets another one
   */
  @Override
  public void setLrAndSchedule(double rate, ISchedule newSchedule) {
    throw new UnsupportedOperationException(
        "the learning rate of MomentumSgd is fixed: build the network with another schedule");
  }

  /** Returns itself, since an optimiser never changes. */
  @Override
  public MomentumSgd clone() {
    return this;
  }
}
