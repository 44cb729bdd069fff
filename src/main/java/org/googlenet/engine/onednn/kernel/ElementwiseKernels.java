package org.googlenet.engine.onednn.kernel;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_0;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_1;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.source;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.sum;
import org.googlenet.engine.onednn.kernel.Activation.Function;

/** What is done value by value: activations, sums, products. */
public final class ElementwiseKernels {

  private final Primitives primitives;

  public ElementwiseKernels(Primitives primitives) {
    this.primitives = primitives.open();
  }

  /** A function of each value. */
  public Kernel activation(Layout source, Activation activation) {
    eltwise_forward.primitive_desc pd =
        primitives.made(
            () ->
                new eltwise_forward.primitive_desc(
                    forward(source, activation), primitives.plainAttributes, primitives.cpu));
    Kernel kernel = primitives.kernel(name(activation), pd, () -> new eltwise_forward(pd));
    primitives.layout(kernel, SOURCE, source.form, source.shape);
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), source.shape);
    return kernel;
  }

  /**
   * The gradient in front of an activation, from that behind it and the activation's result where
   * that is enough ({@link Activation#undoneFromResult}), its value elsewhere; in place if both
   * have the same layout.
   *
   * @param known layout of the result or value, which is the kernel's argument {@link #known}
   */
  public Kernel activationBackward(Activation activation, Layout known, Layout gradient) {
    eltwise_forward.primitive_desc forward =
        primitives.made(
            () -> new eltwise_forward.primitive_desc(forward(known, activation), primitives.cpu));
    algorithm code =
        activation.undoneFromResult()
            ? activation.function().backwardFromResult
            : activation.function().forward;
    eltwise_backward.desc wanted =
        primitives.made(
            () ->
                new eltwise_backward.desc(
                    code, gradient.form, known.form, activation.alpha(), activation.beta()));
    eltwise_backward.primitive_desc pd =
        primitives.made(
            () ->
                new eltwise_backward.primitive_desc(
                    wanted, primitives.plainAttributes, primitives.cpu, forward));
    Kernel kernel =
        primitives.kernel(name(activation) + "-back", pd, () -> new eltwise_backward(pd));
    primitives.layout(kernel, known(activation), known.form, known.shape);
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), known.shape);
    primitives.layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), known.shape);
    return kernel;
  }

  /** Number of the argument by which {@link #activationBackward} takes a result or a value. */
  public static int known(Activation activation) {
    return activation.undoneFromResult() && activation.function() != Function.LINEAR
        ? DESTINATION
        : SOURCE;
  }

  private eltwise_forward.desc forward(Layout source, Activation activation) {
    return primitives.made(
        () ->
            new eltwise_forward.desc(
                prop_kind.forward_training,
                activation.function().forward,
                source.form,
                activation.alpha(),
                activation.beta()));
  }

  private static String name(Activation activation) {
    return activation.function().name().toLowerCase(Locale.ROOT);
  }

  /** The sum of tensors of one layout; its destination may be its first source. */
  public Kernel sum(List<Layout> sources) {
    float[] scales = new float[sources.size()];
    Arrays.fill(scales, 1);
    return sum(sources, scales);
  }

  /** The sum of tensors of one layout, each times a factor. */
  public Kernel sum(List<Layout> sources, float... factors) {
    Layout first = sources.get(0);
    sum.primitive_desc pd =
        primitives.made(
            () ->
                new sum.primitive_desc(
                    first.form,
                    factors,
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

  /**
   * Two tensors put together value by value; its destination has the layout of the first source and
   * may be that.
   *
   * @param other of the same shape as {@code one}
   * @param more what is applied to the result, one after the other
   * @throws IllegalArgumentException if the shapes differ
   */
  public Kernel pairwise(Pairwise operation, Layout one, Layout other, Activation... more) {
    if (!Arrays.equals(one.shape, other.shape)) {
      throw new IllegalArgumentException(
          "%s of shapes %s and %s"
              .formatted(operation, Arrays.toString(one.shape), Arrays.toString(other.shape)));
    }
    binary.desc wanted =
        primitives.made(() -> new binary.desc(operation.code, one.form, other.form, one.form));
    binary.primitive_desc pd =
        primitives.made(
            () -> new binary.primitive_desc(wanted, primitives.attributes(more), primitives.cpu));
    Kernel kernel =
        primitives.kernel(operation.name().toLowerCase(Locale.ROOT), pd, () -> new binary(pd));
    primitives.layout(kernel, SOURCE_0, one.form, one.shape);
    primitives.layout(kernel, SOURCE_1, other.form, other.shape);
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), one.shape);
    return kernel;
  }
}
