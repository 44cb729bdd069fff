package org.googlenet.engine.onednn.kernel;

/**
 * Local response normalisation across channels: {@code x / (k + alpha * sum)^beta}.
 *
 * @param size how many channels the sum is over, at least 1
 */
public record Normalisation(long size, double alpha, double beta, double k) {

  public Normalisation {
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("size: " + size + ": must be at least 1");
    }
  }
}
