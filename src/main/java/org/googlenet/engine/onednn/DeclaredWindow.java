package org.googlenet.engine.onednn;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.googlenet.engine.onednn.kernel.RefusedShape;
import org.googlenet.engine.onednn.kernel.Window;

/**
 * A window as DL4J declares it; rows, then columns.
 *
 * <p>In mode Same the result is as large as the map over the stride, rounded up, the declared
 * padding counts for nothing, and of an odd number of padded rows or columns the larger half lies
 * behind the map. In mode Strict nothing of the map may be left over.
 *
 * @param dilation the distance from one of its values to the next
 */
record DeclaredWindow(
    long[] kernel, long[] stride, long[] padding, long[] dilation, ConvolutionMode mode)
    implements WindowRule {

  @Override
  public Window on(long height, long width) {
    return mode == ConvolutionMode.Same
        ? same(padded(0, height), padded(1, width))
        : declared(height, width);
  }

  /**
   * The window of a deconvolution of a map of this size. In mode Same the result is the stride as
   * large as the map; mode Strict means nothing, since a deconvolution leaves no rest.
   */
  Window deconvolving(long height, long width) {
    return mode == ConvolutionMode.Same
        ? same(span(0) - stride[0], span(1) - stride[1])
        : new Window(kernel, stride, dilation, padding, padding);
  }

  private Window declared(long height, long width) {
    Window window = new Window(kernel, stride, dilation, padding, padding);
    if (mode == ConvolutionMode.Strict && (hasRest(0, height) || hasRest(1, width))) {
      throw new RefusedShape(
          "mode Strict, window %s, stride %s, padding %s, on a map of %s x %s: a rest of it is left"
              .formatted(
                  Arrays.toString(kernel),
                  Arrays.toString(stride),
                  Arrays.toString(padding),
                  height,
                  width));
    }
    return window;
  }

  private boolean hasRest(int axis, long in) {
    return (in + 2 * padding[axis] - span(axis)) % stride[axis] != 0;
  }

  private Window same(long rows, long columns) {
    long[] before = {rows / 2, columns / 2};
    long[] after = {rows - before[0], columns - before[1]};
    return new Window(kernel, stride, dilation, before, after);
  }

  /** How many rows or columns of padding mode Same needs in all. */
  private long padded(int axis, long in) {
    long out = (in + stride[axis] - 1) / stride[axis];
    return Math.max(0, (out - 1) * stride[axis] + span(axis) - in);
  }

  private long span(int axis) {
    return (kernel[axis] - 1) * dilation[axis] + 1;
  }
}
