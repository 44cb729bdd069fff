package org.googlenet.engine.onednn.kernel;

import static org.googlenet.engine.onednn.kernel.Arguments.BIAS;
import static org.googlenet.engine.onednn.kernel.Arguments.BIAS_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS_GRADIENT;

import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;

/** Fully connected layers: forward, and the gradients of source, weights and bias. */
public final class DenseKernels {

  private final Primitives primitives;

  public DenseKernels(Primitives primitives) {
    this.primitives = primitives.open();
  }

  /**
   * A fully connected layer with bias, forward; weights are in plain order.
   *
   * @param source {@code [n, in]}
   * @param result type of the destination {@code [n, out]}
   */
  public Kernel dense(
      Layout source, long out, ValueType type, ValueType result, boolean relu, boolean training) {
    inner_product_forward.desc wanted =
        primitives.made(
            () ->
                new inner_product_forward.desc(
                    Primitives.direction(training),
                    source.form,
                    primitives.plain(type, out, source.shape[1]).form,
                    primitives.plain(ValueType.F32, out).form,
                    primitives.plain(result, source.shape[0], out).form));
    inner_product_forward.primitive_desc pd =
        primitives.made(
            () ->
                new inner_product_forward.primitive_desc(
                    wanted,
                    relu ? primitives.attributes(primitives.relu()) : primitives.plainAttributes,
                    primitives.cpu));
    Kernel kernel = primitives.kernel("dense", pd, () -> new inner_product_forward(pd));
    primitives.layout(kernel, SOURCE, pd.src_desc(), source.shape);
    primitives.layout(kernel, WEIGHTS, pd.weights_desc(), out, source.shape[1]);
    primitives.layout(kernel, BIAS, pd.bias_desc(), out);
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), source.shape[0], out);
    return kernel;
  }

  /** The gradient of a fully connected layer's source. */
  public Kernel denseBackwardData(Layout source, long out, ValueType type, Kernel forward) {
    inner_product_backward_data.desc wanted =
        primitives.made(
            () ->
                new inner_product_backward_data.desc(
                    source.form,
                    primitives.plain(type, out, source.shape[1]).form,
                    primitives.plain(type, source.shape[0], out).form));
    inner_product_backward_data.primitive_desc pd =
        primitives.made(
            () ->
                new inner_product_backward_data.primitive_desc(
                    wanted,
                    primitives.plainAttributes,
                    primitives.cpu,
                    (inner_product_forward.primitive_desc) forward.descriptor));
    Kernel kernel =
        primitives.kernel("dense-back-data", pd, () -> new inner_product_backward_data(pd));
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), source.shape[0], out);
    primitives.layout(kernel, WEIGHTS, pd.weights_desc(), out, source.shape[1]);
    primitives.layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), source.shape);
    return kernel;
  }

  /** The gradients of a fully connected layer's weights and bias, both in fp32. */
  public Kernel denseBackwardWeights(Layout source, long out, ValueType type, Kernel forward) {
    inner_product_backward_weights.desc wanted =
        primitives.made(
            () ->
                new inner_product_backward_weights.desc(
                    source.form,
                    primitives.plain(ValueType.F32, out, source.shape[1]).form,
                    primitives.plain(ValueType.F32, out).form,
                    primitives.plain(type, source.shape[0], out).form));
    inner_product_backward_weights.primitive_desc pd =
        primitives.made(
            () ->
                new inner_product_backward_weights.primitive_desc(
                    wanted,
                    primitives.plainAttributes,
                    primitives.cpu,
                    (inner_product_forward.primitive_desc) forward.descriptor));
    Kernel kernel =
        primitives.kernel("dense-back-weights", pd, () -> new inner_product_backward_weights(pd));
    primitives.layout(kernel, SOURCE, pd.src_desc(), source.shape);
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), source.shape[0], out);
    primitives.layout(kernel, WEIGHTS_GRADIENT, pd.diff_weights_desc(), out, source.shape[1]);
    primitives.layout(kernel, BIAS_GRADIENT, pd.diff_bias_desc(), out);
    return kernel;
  }
}
