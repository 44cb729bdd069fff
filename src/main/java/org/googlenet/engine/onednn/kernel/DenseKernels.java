package org.googlenet.engine.onednn.kernel;

import static org.googlenet.engine.onednn.kernel.Arguments.BIAS;
import static org.googlenet.engine.onednn.kernel.Arguments.BIAS_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS_GRADIENT;

import java.util.Objects;
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
   * What is asked of a fully connected layer's kernels.
   *
   * @param source layout of {@code [n, in]}
   * @param out values of a result
   * @param bias whether a bias is added to them
   * @param type of source, weights and gradients
   */
  public record Shape(Layout source, long out, boolean bias, ValueType type) {

    public Shape {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(type, "type");
      if (out < 1 || out > Integer.MAX_VALUE) {
        throw new RefusedShape("a fully connected layer with " + out + " results");
      }
    }

    private long in() {
      return source.shape[1];
    }

    private long[] destination() {
      return new long[] {source.shape[0], out};
    }
  }

  /**
   * A fully connected layer, forward; weights are in plain order.
   *
   * @param result type of the destination {@code [n, out]}
   */
  public Kernel dense(Shape s, ValueType result, Activation activation, boolean training) {
    inner_product_forward.desc wanted =
        primitives.made(
            () ->
                new inner_product_forward.desc(
                    Primitives.direction(training),
                    s.source.form,
                    primitives.plain(s.type, s.out, s.in()).form,
                    primitives.bias(s.bias, s.out),
                    primitives.plain(result, s.destination()).form));
    inner_product_forward.primitive_desc pd =
        primitives.made(
            () ->
                new inner_product_forward.primitive_desc(
                    wanted, primitives.attributes(activation), primitives.cpu));
    Kernel kernel = primitives.kernel("dense", pd, () -> new inner_product_forward(pd));
    primitives.layout(kernel, SOURCE, pd.src_desc(), s.source.shape);
    primitives.layout(kernel, WEIGHTS, pd.weights_desc(), s.out, s.in());
    if (s.bias) {
      primitives.layout(kernel, BIAS, pd.bias_desc(), s.out);
    }
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), s.destination());
    return kernel;
  }

  /** The gradient of a fully connected layer's source. */
  public Kernel denseBackwardData(Shape s, Kernel forward) {
    inner_product_backward_data.desc wanted =
        primitives.made(
            () ->
                new inner_product_backward_data.desc(
                    s.source.form,
                    primitives.plain(s.type, s.out, s.in()).form,
                    primitives.plain(s.type, s.destination()).form));
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
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), s.destination());
    primitives.layout(kernel, WEIGHTS, pd.weights_desc(), s.out, s.in());
    primitives.layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), s.source.shape);
    return kernel;
  }

  /**
   * The gradients of a fully connected layer's weights and, if it has one, its bias, both in fp32.
   */
  public Kernel denseBackwardWeights(Shape s, Kernel forward) {
    inner_product_backward_weights.desc wanted =
        primitives.made(
            () ->
                new inner_product_backward_weights.desc(
                    s.source.form,
                    primitives.plain(ValueType.F32, s.out, s.in()).form,
                    primitives.bias(s.bias, s.out),
                    primitives.plain(s.type, s.destination()).form));
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
    primitives.layout(kernel, SOURCE, pd.src_desc(), s.source.shape);
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), s.destination());
    primitives.layout(kernel, WEIGHTS_GRADIENT, pd.diff_weights_desc(), s.out, s.in());
    if (s.bias) {
      primitives.layout(kernel, BIAS_GRADIENT, pd.diff_bias_desc(), s.out);
    }
    return kernel;
  }
}
