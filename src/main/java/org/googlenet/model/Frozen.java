package org.googlenet.model;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The updater of a layer that stays as it is, wherever it stands in a network: its step is 0, so
 * neither a gradient, a decay nor a momentum moves a value, and gradients pass through it to what
 * is trained in front of it.
 *
 * <p>DL4J's own {@code FrozenLayer} lets no gradient through, and its {@code
 * FrozenLayerWithBackprop} has a batch normalisation's gradient as if the statistics were the
 * batch's. DL4J computes the gradients of a frozen layer and this updater throws them away; engine
 * onednn does not compute them.
 *
 * <p>A batch normalisation also has to keep its statistics: {@link FrozenNormalisation}.
 */
public record Frozen() implements IUpdater {

  /** Whether a layer's parameters stay as they are. */
  public static boolean is(Layer layer) {
    return layer instanceof BaseLayer base && base.getIUpdater() instanceof Frozen;
  }

  /** No value of state. */
  @Override
  public long stateSize(long numParams) {
    return 0;
  }

  @Override
  public GradientUpdater<Frozen> instantiate(INDArray state, boolean initialise) {
    return new Still(this);
  }

  @Override
  public GradientUpdater<Frozen> instantiate(Map<String, INDArray> state, boolean initialise) {
    return new Still(this);
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return Double.NaN;
  }

  @Override
  public boolean hasLearningRate() {
    return false;
  }

  /**
   * @throws UnsupportedOperationException always
   */
  @Override
  public void setLrAndSchedule(double rate, ISchedule schedule) {
    throw new UnsupportedOperationException("a frozen layer has no learning rate");
  }

  /** Returns itself. */
  @Override
  public Frozen clone() {
    return this;
  }

  /** Makes every step 0. */
  private record Still(Frozen config) implements GradientUpdater<Frozen> {

    @Override
    public Frozen getConfig() {
      return config;
    }

    @Override
    public void setState(Map<String, INDArray> state, boolean initialise) {}

    @Override
    public Map<String, INDArray> getState() {
      return Map.of();
    }

    @Override
    public void setStateViewArray(
        INDArray view, long[] gradientShape, char gradientOrder, boolean initialise) {}

    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
      gradient.assign(0);
    }
  }
}
