package org.googlenet.engine.onednn.kernel;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_0;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_1;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.source;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.sum;

/** What is done value by value: activations, sums, products. */
public final class ElementwiseKernels {

  private final Primitives primitives;

  public ElementwiseKernels(Primitives primitives) {
    this.primitives = primitives.open();
  }

  /**
   * The gradient in front of a ReLU, from that behind it and the ReLU's result; in place if both
   * have the same layout.
   */
  public Kernel reluBackward(Layout result, Layout gradient) {
    eltwise_forward.desc forwardDesc =
        primitives.made(
            () ->
                new eltwise_forward.desc(
                    prop_kind.forward_training, algorithm.eltwise_relu, result.form, 0f, 0f));
    eltwise_forward.primitive_desc forward =
        primitives.made(() -> new eltwise_forward.primitive_desc(forwardDesc, primitives.cpu));
    eltwise_backward.desc wanted =
        primitives.made(
            () ->
                new eltwise_backward.desc(
                    algorithm.eltwise_relu_use_dst_for_bwd, gradient.form, result.form, 0f, 0f));
    eltwise_backward.primitive_desc pd =
        primitives.made(
            () ->
                new eltwise_backward.primitive_desc(
                    wanted, primitives.plainAttributes, primitives.cpu, forward));
    Kernel kernel = primitives.kernel("relu-back", pd, () -> new eltwise_backward(pd));
    primitives.layout(kernel, DESTINATION, result.form, result.shape);
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), result.shape);
    primitives.layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), result.shape);
    return kernel;
  }

  /** The sum of tensors of one layout; its destination may be its first source. */
  public Kernel sum(List<Layout> sources) {
    float[] scales = new float[sources.size()];
    Arrays.fill(scales, 1);
    Layout first = sources.get(0);
    sum.primitive_desc pd =
        primitives.made(
            () ->
                new sum.primitive_desc(
                    first.form,
                    scales,
                    primitives.array(sources),
                    primitives.cpu,
                    primitives.plainAttributes));
    Kernel kernel = primitives.kernel("sum", pd, () -> new sum(pd));
    for (int i = 0; i < sources.size(); i++) {
      kernel.layouts.put(source(i), sources.get(i));
    }
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), first.shape);
    return kernel;
  }

  /** The product of two tensors, value by value; its destination may be its first source. */
  public Kernel product(Layout one, Layout other) {
    binary.desc wanted =
        primitives.made(
            () -> new binary.desc(algorithm.binary_mul, one.form, other.form, one.form));
    binary.primitive_desc pd =
        primitives.made(
            () -> new binary.primitive_desc(wanted, primitives.plainAttributes, primitives.cpu));
    Kernel kernel = primitives.kernel("product", pd, () -> new binary(pd));
    primitives.layout(kernel, SOURCE_0, one.form, one.shape);
    primitives.layout(kernel, SOURCE_1, other.form, other.shape);
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), one.shape);
    return kernel;
  }
}
