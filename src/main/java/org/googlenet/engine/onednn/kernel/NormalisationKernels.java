package org.googlenet.engine.onednn.kernel;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WORKSPACE;

import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.lrn_backward;
import org.bytedeco.dnnl.lrn_forward;

/** Local response normalisation, forward and backward. */
public final class NormalisationKernels {

  private final Primitives primitives;

  public NormalisationKernels(Primitives primitives) {
    this.primitives = primitives.open();
  }

  /** Local response normalisation, forward. */
  public Kernel normalisation(Layout source, Normalisation n, boolean training) {
    lrn_forward.desc wanted =
        primitives.made(
            () ->
                new lrn_forward.desc(
                    Primitives.direction(training),
                    algorithm.lrn_across_channels,
                    source.form,
                    n.size(),
                    (float) (n.alpha() * n.size()),
                    (float) n.beta(),
                    (float) n.k()));
    lrn_forward.primitive_desc pd =
        primitives.made(
            () ->
                new lrn_forward.primitive_desc(wanted, primitives.plainAttributes, primitives.cpu));
    Kernel kernel = primitives.kernel("lrn", pd, () -> new lrn_forward(pd));
    primitives.layout(kernel, SOURCE, pd.src_desc(), source.shape);
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), source.shape);
    primitives.workspace(kernel, pd.workspace_desc(), source.shape);
    return kernel;
  }

  /** The gradient of a normalisation's source. */
  public Kernel normalisationBackward(Layout source, Normalisation n, Kernel forward) {
    lrn_backward.desc wanted =
        primitives.made(
            () ->
                new lrn_backward.desc(
                    algorithm.lrn_across_channels,
                    source.form,
                    forward.layout(DESTINATION).form,
                    n.size(),
                    (float) (n.alpha() * n.size()),
                    (float) n.beta(),
                    (float) n.k()));
    lrn_backward.primitive_desc pd =
        primitives.made(
            () ->
                new lrn_backward.primitive_desc(
                    wanted,
                    primitives.plainAttributes,
                    primitives.cpu,
                    (lrn_forward.primitive_desc) forward.descriptor));
    Kernel kernel = primitives.kernel("lrn-back", pd, () -> new lrn_backward(pd));
    primitives.layout(kernel, SOURCE, source.form, source.shape);
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), source.shape);
    primitives.layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), source.shape);
    if (forward.takes(WORKSPACE)) {
      kernel.layouts.put(WORKSPACE, forward.layout(WORKSPACE));
    }
    return kernel;
  }
}
