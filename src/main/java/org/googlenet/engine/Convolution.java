package org.googlenet.engine;

/**
 * The algorithm that an engine uses for convolutions; {@code AUTO} lets it choose for each shape.
 */
public enum Convolution {
  AUTO,
  DIRECT
}
