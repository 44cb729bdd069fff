package org.googlenet.engine.onednn.kernel;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WORKSPACE;

import org.bytedeco.dnnl.pooling_v2_backward;
import org.bytedeco.dnnl.pooling_v2_forward;

/** Pools over a window, forward and backward. */
public final class PoolKernels {

  private final Primitives primitives;

  public PoolKernels(Primitives primitives) {
    this.primitives = primitives.open();
  }

  /** A pool, forward; in training a max pool keeps a workspace. */
  public Kernel pool(
      Layout source, Window window, Pooling pooling, ValueType type, boolean training) {
    long[] destination = source.shape.clone();
    destination[2] = window.out(source.shape[2], 0);
    destination[3] = window.out(source.shape[3], 1);
    long[] none = {0, 0};
    pooling_v2_forward.desc wanted =
        primitives.made(
            () ->
                new pooling_v2_forward.desc(
                    Primitives.direction(training),
                    pooling.code,
                    source.form,
                    primitives.any(type, destination).form,
                    window.stride(),
                    window.kernel(),
                    window.gaps(),
                    window.before(),
                    window.after()));
    pooling_v2_forward.primitive_desc pd =
        primitives.made(
            () ->
                new pooling_v2_forward.primitive_desc(
                    wanted, primitives.plainAttributes, primitives.cpu));
    Kernel kernel = primitives.kernel("pool", pd, () -> new pooling_v2_forward(pd));
    primitives.layout(kernel, SOURCE, pd.src_desc(), source.shape);
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), destination);
    primitives.workspace(kernel, pd.workspace_desc(), none);
    return kernel;
  }

  /** The gradient of a pool's source. */
  public Kernel poolBackward(Layout source, Window window, Pooling pooling, Kernel forward) {
    Layout destination = forward.layout(DESTINATION);
    pooling_v2_backward.desc wanted =
        primitives.made(
            () ->
                new pooling_v2_backward.desc(
                    pooling.code,
                    source.form,
                    destination.form,
                    window.stride(),
                    window.kernel(),
                    window.gaps(),
                    window.before(),
                    window.after()));
    pooling_v2_backward.primitive_desc pd =
        primitives.made(
            () ->
                new pooling_v2_backward.primitive_desc(
                    wanted,
                    primitives.plainAttributes,
                    primitives.cpu,
                    (pooling_v2_forward.primitive_desc) forward.descriptor));
    Kernel kernel = primitives.kernel("pool-back", pd, () -> new pooling_v2_backward(pd));
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), destination.shape);
    primitives.layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), source.shape);
    if (forward.takes(WORKSPACE)) {
      kernel.layouts.put(WORKSPACE, forward.layout(WORKSPACE));
    }
    return kernel;
  }
}
