package org.googlenet.model;

import org.deeplearning4j.nn.weights.WeightInit;

/** How the initial weights are drawn. */
public enum Initialisation {
  /** Normal with variance 2 / fan-in (He et al., 2015), made for ReLU. */
  HE(WeightInit.RELU),
  /** Normal with variance 2 / (fan-in + fan-out) (Glorot and Bengio, 2010). */
  XAVIER(WeightInit.XAVIER);

  private final WeightInit weights;

  Initialisation(WeightInit weights) {
    this.weights = weights;
  }

  WeightInit weights() {
    return weights;
  }
}
