package org.googlenet.model;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;

/** The arithmetic of {@link MomentumSgd} on one block of parameters. */
final class MomentumSgdUpdater implements GradientUpdater<MomentumSgd> {

  private static final String VELOCITY = "V";

  private final MomentumSgd config;
  private INDArray velocity;

  MomentumSgdUpdater(MomentumSgd config) {
    this.config = config;
  }

  @Override
  public MomentumSgd getConfig() {
    return config;
  }

  @Override
  public void setState(Map<String, INDArray> state, boolean initialise) {
    INDArray given = state.get(VELOCITY);
    if (given == null || state.size() != 1) {
      throw new IllegalStateException(
          "state must hold " + VELOCITY + " only, has " + state.keySet());
    }
    velocity = initialise ? given.assign(0) : given;
  }

  @Override
  public Map<String, INDArray> getState() {
    return Map.of(VELOCITY, velocity);
  }

  @Override
  public void setStateViewArray(
      INDArray view, long[] gradientShape, char gradientOrder, boolean initialise) {
    velocity = view.reshape(gradientOrder, gradientShape);
    if (initialise) {
      velocity.assign(0);
    }
  }

  /** Turns the gradient, in place, into what DL4J then subtracts from the parameters. */
  @Override
  public void applyUpdater(INDArray gradient, int iteration, int epoch) {
    velocity.muli(config.momentum()).addi(gradient);
    gradient.assign(velocity).muli(config.getLearningRate(iteration, epoch));
  }
}
