package org.googlenet.engine.onednn.kernel;

/**
 * Shapes of the arguments of a convolution or deconvolution.
 *
 * @param source {@code [n, in, h, w]}
 * @param weights {@code [out, in, rows, columns]}, or {@code [groups, out of a group, in of a
 *     group, rows, columns]}
 * @param bias whether a bias is added to the result
 */
public record ConvolutionShape(long[] source, long[] weights, boolean bias, Window window) {

  /** Channels of the result. */
  long out() {
    return weights.length == 5 ? weights[0] * weights[1] : weights[0];
  }

  /** {@code [n, out, h, w]} of a convolution. */
  long[] destination() {
    return new long[] {source[0], out(), window.out(source[2], 0), window.out(source[3], 1)};
  }

  /** {@code [n, out, h, w]} of a deconvolution. */
  long[] deconvolved() {
    return new long[] {
      source[0], out(), window.deconvolved(source[2], 0), window.deconvolved(source[3], 1)
    };
  }
}
