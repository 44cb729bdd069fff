package org.googlenet.engine.onednn.kernel;

import static org.googlenet.engine.onednn.kernel.Arguments.BIAS_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS_GRADIENT;

import org.bytedeco.dnnl.deconvolution_backward_data;
import org.bytedeco.dnnl.deconvolution_backward_weights;
import org.bytedeco.dnnl.deconvolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;

/**
 * Deconvolutions, also called transposed convolutions: forward, and the gradients of source,
 * weights and bias.
 */
public final class DeconvolutionKernels {

  private final Primitives primitives;

  public DeconvolutionKernels(Primitives primitives) {
    this.primitives = primitives.open();
  }

  /**
   * A deconvolution, forward: each value of the source is spread over a window of the result. It
   * adds no bias.
   */
  public Kernel deconvolution(ConvolutionShape s, ValueType type) {
    deconvolution_forward.desc wanted =
        primitives.made(
            () ->
                new deconvolution_forward.desc(
                    prop_kind.forward_training,
                    algorithm.deconvolution_direct,
                    primitives.any(type, s.source()).form,
                    primitives.any(type, s.weights()).form,
                    primitives.any(type, s.deconvolved()).form,
                    s.window().stride(),
                    s.window().gaps(),
                    s.window().before(),
                    s.window().after()));
    deconvolution_forward.primitive_desc pd =
        primitives.made(
            () ->
                new deconvolution_forward.primitive_desc(
                    wanted, primitives.plainAttributes, primitives.cpu));
    Kernel kernel = primitives.kernel("deconvolution", pd, () -> new deconvolution_forward(pd));
    primitives.layout(kernel, SOURCE, pd.src_desc(), s.source());
    primitives.layout(kernel, WEIGHTS, pd.weights_desc(), s.weights());
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), s.deconvolved());
    return kernel;
  }

  /** The gradient of a deconvolution's source, from that of its destination. */
  public Kernel deconvolutionBackwardData(ConvolutionShape s, ValueType type, Kernel forward) {
    deconvolution_backward_data.desc wanted =
        primitives.made(
            () ->
                new deconvolution_backward_data.desc(
                    algorithm.deconvolution_direct,
                    primitives.any(type, s.source()).form,
                    primitives.any(type, s.weights()).form,
                    primitives.any(type, s.deconvolved()).form,
                    s.window().stride(),
                    s.window().gaps(),
                    s.window().before(),
                    s.window().after()));
    deconvolution_backward_data.primitive_desc pd =
        primitives.made(
            () ->
                new deconvolution_backward_data.primitive_desc(
                    wanted,
                    primitives.plainAttributes,
                    primitives.cpu,
                    (deconvolution_forward.primitive_desc) forward.descriptor));
    Kernel kernel =
        primitives.kernel("deconvolution-back-data", pd, () -> new deconvolution_backward_data(pd));
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), s.deconvolved());
    primitives.layout(kernel, WEIGHTS, pd.weights_desc(), s.weights());
    primitives.layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), s.source());
    return kernel;
  }

  /** The gradients of a deconvolution's weights and, if it has one, its bias, both in fp32. */
  public Kernel deconvolutionBackwardWeights(ConvolutionShape s, ValueType type, Kernel forward) {
    deconvolution_backward_weights.desc wanted =
        primitives.made(
            () ->
                new deconvolution_backward_weights.desc(
                    algorithm.deconvolution_direct,
                    primitives.any(type, s.source()).form,
                    primitives.any(ValueType.F32, s.weights()).form,
                    primitives.bias(s.bias(), s.out()),
                    primitives.any(type, s.deconvolved()).form,
                    s.window().stride(),
                    s.window().gaps(),
                    s.window().before(),
                    s.window().after()));
    deconvolution_backward_weights.primitive_desc pd =
        primitives.made(
            () ->
                new deconvolution_backward_weights.primitive_desc(
                    wanted,
                    primitives.plainAttributes,
                    primitives.cpu,
                    (deconvolution_forward.primitive_desc) forward.descriptor));
    Kernel kernel =
        primitives.kernel(
            "deconvolution-back-weights", pd, () -> new deconvolution_backward_weights(pd));
    primitives.layout(kernel, SOURCE, pd.src_desc(), s.source());
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), s.deconvolved());
    primitives.layout(kernel, WEIGHTS_GRADIENT, pd.diff_weights_desc(), s.weights());
    if (s.bias()) {
      primitives.layout(kernel, BIAS_GRADIENT, pd.diff_bias_desc(), s.out());
    }
    return kernel;
  }
}
