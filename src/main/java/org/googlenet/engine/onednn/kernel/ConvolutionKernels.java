package org.googlenet.engine.onednn.kernel;

import static org.googlenet.engine.onednn.kernel.Arguments.BIAS;
import static org.googlenet.engine.onednn.kernel.Arguments.BIAS_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS_GRADIENT;

import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.post_ops;

/** Convolutions: forward, and the gradients of source, weights and bias. */
public final class ConvolutionKernels {

  private final Primitives primitives;

  public ConvolutionKernels(Primitives primitives) {
    this.primitives = primitives.open();
  }

  /**
   * A convolution, forward; the same for training and inference, since oneDNN 2.5's own kernels for
   * inference are slower here.
   *
   * @param activation applied to the destination
   * @throws RefusedShape if the library does not have this algorithm for the shape
   */
  public Kernel convolution(
      ConvolutionShape s, ValueType type, Algorithm algorithm, Activation activation) {
    convolution_forward.desc wanted =
        primitives.made(
            () ->
                new convolution_forward.desc(
                    prop_kind.forward_training,
                    algorithm.code,
                    primitives.any(type, s.source()).form,
                    primitives.any(type, s.weights()).form,
                    primitives.bias(s.bias(), s.out()),
                    primitives.any(type, s.destination()).form,
                    s.window().stride(),
                    s.window().gaps(),
                    s.window().before(),
                    s.window().after()));
    convolution_forward.primitive_desc pd =
        primitives.made(
            () ->
                new convolution_forward.primitive_desc(
                    wanted, primitives.attributes(activation), primitives.cpu));
    Kernel kernel = primitives.kernel("convolution", pd, () -> new convolution_forward(pd));
    primitives.layout(kernel, SOURCE, pd.src_desc(), s.source());
    primitives.layout(kernel, WEIGHTS, pd.weights_desc(), s.weights());
    if (s.bias()) {
      primitives.layout(kernel, BIAS, pd.bias_desc(), s.out());
    }
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), s.destination());
    return kernel;
  }

  /** The gradient of a convolution's source, from that of its destination. */
  public Kernel convolutionBackwardData(
      ConvolutionShape s, ValueType type, Algorithm algorithm, Kernel forward) {
    convolution_backward_data.desc wanted =
        primitives.made(
            () ->
                new convolution_backward_data.desc(
                    algorithm.code,
                    primitives.any(type, s.source()).form,
                    primitives.any(type, s.weights()).form,
                    primitives.any(type, s.destination()).form,
                    s.window().stride(),
                    s.window().gaps(),
                    s.window().before(),
                    s.window().after()));
    convolution_backward_data.primitive_desc pd =
        primitives.made(
            () ->
                new convolution_backward_data.primitive_desc(
                    wanted,
                    primitives.plainAttributes,
                    primitives.cpu,
                    (convolution_forward.primitive_desc) forward.descriptor));
    Kernel kernel =
        primitives.kernel("convolution-back-data", pd, () -> new convolution_backward_data(pd));
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), s.destination());
    primitives.layout(kernel, WEIGHTS, pd.weights_desc(), s.weights());
    primitives.layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), s.source());
    return kernel;
  }

  /**
   * The gradient of the source of a 1x1 convolution with stride 1, computed as a convolution with
   * transposed weights, which unlike oneDNN's backward primitive can add to its destination.
   *
   * @param destination {@code [n, out, h, w]}, the destination of the convolution whose gradient
   *     this is
   * @param in channels of that convolution's source
   * @param add whether the result is added to what is there
   */
  public Kernel transposedConvolution(long[] destination, long in, ValueType type, boolean add) {
    long[] source = destination.clone();
    source[1] = in;
    long[] weights = {in, destination[1], 1, 1};
    long[] one = {1, 1};
    long[] zero = {0, 0};
    convolution_forward.desc wanted =
        primitives.made(
            () ->
                new convolution_forward.desc(
                    prop_kind.forward_training,
                    algorithm.convolution_direct,
                    primitives.any(type, destination).form,
                    primitives.any(type, weights).form,
                    primitives.any(type, source).form,
                    one,
                    zero,
                    zero));
    post_ops ops = primitives.own(new post_ops());
    ops.append_sum();
    convolution_forward.primitive_desc pd =
        primitives.made(
            () ->
                new convolution_forward.primitive_desc(
                    wanted,
                    add ? primitives.attributes(ops) : primitives.plainAttributes,
                    primitives.cpu));
    Kernel kernel =
        primitives.kernel("convolution-back-data", pd, () -> new convolution_forward(pd));
    primitives.layout(kernel, SOURCE, pd.src_desc(), destination);
    primitives.layout(kernel, WEIGHTS, pd.weights_desc(), weights);
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), source);
    return kernel;
  }

  /** The gradients of a convolution's weights and, if it has one, its bias, both in fp32. */
  public Kernel convolutionBackwardWeights(
      ConvolutionShape s, ValueType type, Algorithm algorithm, Kernel forward) {
    convolution_backward_weights.desc wanted =
        primitives.made(
            () ->
                new convolution_backward_weights.desc(
                    algorithm.code,
                    primitives.any(type, s.source()).form,
                    primitives.any(ValueType.F32, s.weights()).form,
                    primitives.bias(s.bias(), s.out()),
                    primitives.any(type, s.destination()).form,
                    s.window().stride(),
                    s.window().gaps(),
                    s.window().before(),
                    s.window().after()));
    convolution_backward_weights.primitive_desc pd =
        primitives.made(
            () ->
                new convolution_backward_weights.primitive_desc(
                    wanted,
                    primitives.plainAttributes,
                    primitives.cpu,
                    (convolution_forward.primitive_desc) forward.descriptor));
    Kernel kernel =
        primitives.kernel(
            "convolution-back-weights", pd, () -> new convolution_backward_weights(pd));
    primitives.layout(kernel, SOURCE, pd.src_desc(), s.source());
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), s.destination());
    primitives.layout(kernel, WEIGHTS_GRADIENT, pd.diff_weights_desc(), s.weights());
    if (s.bias()) {
      primitives.layout(kernel, BIAS_GRADIENT, pd.diff_bias_desc(), s.out());
    }
    return kernel;
  }
}
