package org.googlenet.engine;

/** The arithmetic of convolutions. */
public enum Precision {
  FP32,
  BF16
}
