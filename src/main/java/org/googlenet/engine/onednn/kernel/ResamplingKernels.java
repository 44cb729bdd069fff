package org.googlenet.engine.onednn.kernel;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;

import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.resampling_backward;
import org.bytedeco.dnnl.resampling_forward;

/** Maps of another size, each value of which is the nearest one of the source. */
public final class ResamplingKernels {

  private final Primitives primitives;

  public ResamplingKernels(Primitives primitives) {
    this.primitives = primitives.open();
  }

  /**
   * The forward pass.
   *
   * @param destination {@code [n, c, h, w]}
   */
  public Kernel forward(Layout source, long[] destination) {
    resampling_forward.primitive_desc pd = description(source, destination);
    Kernel kernel = primitives.kernel("resampling", pd, () -> new resampling_forward(pd));
    primitives.layout(kernel, SOURCE, pd.src_desc(), source.shape);
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), destination);
    return kernel;
  }

  /** Maps of another size whose values lie as those of the source do. */
  public Layout like(Layout source, long[] shape) {
    return new Layout(primitives, primitives.own(description(source, shape).dst_desc()), shape);
  }

  private resampling_forward.primitive_desc description(Layout source, long[] destination) {
    ValueType type = source.type();
    resampling_forward.desc wanted =
        primitives.made(
            () ->
                new resampling_forward.desc(
                    prop_kind.forward_training,
                    algorithm.resampling_nearest,
                    source.form,
                    primitives.any(type, destination).form));
    return primitives.made(
        () ->
            new resampling_forward.primitive_desc(
                wanted, primitives.plainAttributes, primitives.cpu));
  }

  /** The gradient of the source: for each value the sum over those that are its copies. */
  public Kernel backward(Layout source, Kernel forward) {
    Layout destination = forward.layout(DESTINATION);
    resampling_backward.desc wanted =
        primitives.made(
            () ->
                new resampling_backward.desc(
                    algorithm.resampling_nearest, source.form, destination.form));
    resampling_backward.primitive_desc pd =
        primitives.made(
            () ->
                new resampling_backward.primitive_desc(
                    wanted,
                    primitives.plainAttributes,
                    primitives.cpu,
                    (resampling_forward.primitive_desc) forward.descriptor));
    Kernel kernel = primitives.kernel("resampling-back", pd, () -> new resampling_backward(pd));
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), destination.shape);
    primitives.layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), source.shape);
    return kernel;
  }
}
