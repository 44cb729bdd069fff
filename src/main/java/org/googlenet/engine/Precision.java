package org.googlenet.engine;

/** The arithmetic that an engine uses for convolutions. */
public enum Precision {
  FP32,
  BF16
}
