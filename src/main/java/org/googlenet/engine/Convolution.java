package org.googlenet.engine;

/** The algorithm of convolutions; {@code AUTO} lets the engine choose for each shape. */
public enum Convolution {
  AUTO,
  DIRECT
}
