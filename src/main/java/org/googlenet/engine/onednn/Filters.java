package org.googlenet.engine.onednn;

import java.util.OptionalLong;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.ConvolutionShape;
import org.googlenet.engine.onednn.kernel.ValueType;
import org.googlenet.engine.onednn.kernel.Window;

/**
 * A convolution's weights and bias, and where DL4J's flat vector holds them.
 *
 * @param shape {@code [out, in, rows, columns]}, or {@code [groups, out of a group, in of a group,
 *     rows, columns]}
 * @param strides of each dimension in the flat vector, counted in values
 * @param weights place of the first weight
 * @param bias place of the first bias, if there is one
 */
record Filters(long[] shape, long[] strides, long weights, OptionalLong bias) {

  /** Filters that lie in the order out, in, rows, columns, as most of DL4J's layers have them. */
  static Filters inOrder(long[] shape, long weights, OptionalLong bias) {
    long[] strides = {shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1};
    return new Filters(shape, strides, weights, bias);
  }

  /** Channels that they read. */
  long in() {
    return isGrouped() ? shape[0] * shape[2] : shape[1];
  }

  boolean isGrouped() {
    return shape.length == 5;
  }

  /** The weights within the flat parameters or gradient. */
  Tensor in(Emitter emit, Buffer vector) {
    return Emitter.flat(vector, emit.primitives.strided(ValueType.F32, shape, strides), weights);
  }

  /** The convolution of a map by them. */
  ConvolutionShape over(Value x, Window window) {
    return new ConvolutionShape(x.shape, shape, bias.isPresent(), window);
  }
}
