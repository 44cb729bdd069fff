package org.googlenet.engine.onednn.kernel;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * Shapes of the arguments of a convolution or deconvolution.
 *
 * @param source {@code [n, in, h, w]}
 * @param weights {@code [out, in, rows, columns]}, or {@code [groups, out of a group, in of a
 *     group, rows, columns]}
 * @param bias whether a bias is added to the result
 */
public record ConvolutionShape(long[] source, long[] weights, boolean bias, Window window) {

  /**
   * @throws RefusedShape if the source has not 4 dimensions or the weights not 4 or 5, or one is
   *     less than 1
   */
  public ConvolutionShape {
    Objects.requireNonNull(window, "window");
    boolean dimensions = source.length == 4 && (weights.length == 4 || weights.length == 5);
    if (!dimensions
        || !LongStream.concat(Arrays.stream(source), Arrays.stream(weights))
            .allMatch(size -> size >= 1)) {
      throw new RefusedShape(
          "a convolution of %s by weights %s"
              .formatted(Arrays.toString(source), Arrays.toString(weights)));
    }
  }

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
