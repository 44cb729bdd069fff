package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.ConvolutionShape;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.ValueType;
import org.googlenet.engine.onednn.kernel.Window;

/**
 * The weights and bias of a convolution or deconvolution, and where DL4J's flat vector holds them.
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

  /**
   * A filter for each channel of the source and each of its results.
   *
   * @param multiplier number of results of a channel
   * @param strides of channel, result, rows and columns in the flat vector
   */
  static Filters depthwise(
      long in, long multiplier, long[] kernel, long[] strides, long weights, OptionalLong bias) {
    return new Filters(
        new long[] {in, multiplier, 1, kernel[0], kernel[1]},
        new long[] {strides[0], strides[1], 1, strides[2], strides[3]},
        weights,
        bias);
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

  /** Emits a kernel that gives a node's result, and keeps that. */
  void forward(ForwardPass pass, Node node, Kernel kernel) {
    pass.keep(node, result(pass, node, kernel), kernel, null);
  }

  /** Emits a kernel over what a node reads; it adds the bias if it takes one. */
  Tensor result(ForwardPass pass, Node node, Kernel kernel) {
    Emitter emit = pass.emit;
    Tensor destination = emit.tensor(node.name(), kernel.layout(DESTINATION));
    Map<Integer, Tensor> operands = new HashMap<>();
    operands.put(SOURCE, emit.source(pass.input(node), kernel.layout(SOURCE)));
    operands.put(WEIGHTS, emit.weights(kernel, in(emit, pass.parameters)));
    Emitter.bias(kernel, pass.parameters, bias, operands);
    operands.put(DESTINATION, destination);
    emit.add(kernel, operands);
    return destination;
  }

  /** Emits a kernel for the gradient of what a node reads. */
  Tensor sourceGradient(BackwardPass pass, Node node, Kernel kernel, Tensor gradient) {
    Emitter emit = pass.emit;
    Tensor result = pass.sourceGradient(node, kernel.layout(SOURCE_GRADIENT));
    emit.add(
        kernel,
        Map.of(
            DESTINATION_GRADIENT,
            emit.to(gradient, kernel.layout(DESTINATION_GRADIENT)),
            WEIGHTS,
            emit.weights(kernel, in(emit, pass.parameters)),
            SOURCE_GRADIENT,
            result));
    return result;
  }

  /** Emits a kernel for the gradients of weights and bias. */
  void parameterGradients(BackwardPass pass, Node node, Kernel kernel, Tensor gradient) {
    pass.parameterGradients(
        node,
        kernel,
        pass.emit.source(pass.input(node), kernel.layout(SOURCE)),
        pass.emit.to(gradient, kernel.layout(DESTINATION_GRADIENT)),
        in(pass.emit, pass.gradients),
        bias);
  }
}
