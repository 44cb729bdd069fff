package org.googlenet.model;

import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/**
 * The batch normalisation of {@link Variant#BATCHNORM}, by channel: epsilon 0.001, and a running
 * mean and variance that keep 0.9 of themselves in a step (in PyTorch's terms a momentum of 0.1).
 *
 * <p>It is a class of its own since DL4J's, once it is read from JSON, keeps the logarithm of the
 * deviation in place of the variance, whatever it was built with. DL4J's keys here are {@code
 * gamma}, {@code beta}, {@code mean} and {@code var}.
 *
 * <p>The variance that is averaged over steps is the biased one, divided by the number of values;
 * PyTorch averages the unbiased one.
 */
public final class BatchNorm extends BatchNormalization {

  private static final long serialVersionUID = 1L;

  /** Added to the variance. */
  static final double EPSILON = 0.001;

  /** What the running statistics keep of themselves in a step. */
  static final double DECAY = 0.9;

  /** The layer, without its number of channels, which DL4J sets. */
  public BatchNorm() {
    setEps(EPSILON);
    setDecay(DECAY);
    super.setUseLogStd(false);
  }

  /** Keeps the variance as it is, whatever is asked for. */
  @Override
  public void setUseLogStd(boolean ignored) {
    super.setUseLogStd(false);
  }

  @Override
  public BatchNorm clone() {
    return (BatchNorm) super.clone();
  }
}
