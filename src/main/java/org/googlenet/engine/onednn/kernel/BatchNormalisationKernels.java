package org.googlenet.engine.onednn.kernel;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.MEAN;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.VARIANCE;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WORKSPACE;

import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;

/**
 * Batch normalisation, forward and backward: {@code scale (x - mean) / sqrt(variance + epsilon) +
 * shift}, by channel.
 *
 * <p>Scale and shift are one tensor {@code [2, c]}, and statistics are {@code [c]}, all fp32.
 */
public final class BatchNormalisationKernels {

  /**
   * What is computed.
   *
   * @param epsilon added to the variance
   * @param scaled whether there are scale and shift
   * @param given whether mean and variance are given; otherwise they are those of the batch, and
   *     results of the forward pass
   * @param relu whether ReLU is applied to the result; the backward pass undoes it
   */
  public record Form(double epsilon, boolean scaled, boolean given, boolean relu) {

    private int flags() {
      return (scaled ? normalization_flags.use_scale_shift.value : 0)
          | (given ? normalization_flags.use_global_stats.value : 0)
          | (relu ? normalization_flags.fuse_norm_relu.value : 0);
    }
  }

  private final Primitives primitives;

  public BatchNormalisationKernels(Primitives primitives) {
    this.primitives = primitives.open();
  }

  /**
   * The forward pass.
   *
   * @param source {@code [n, c, h, w]}
   */
  public Kernel forward(Layout source, Form form, boolean training) {
    batch_normalization_forward.desc wanted =
        primitives.made(
            () ->
                new batch_normalization_forward.desc(
                    Primitives.direction(training).value,
                    source.form,
                    (float) form.epsilon,
                    form.flags()));
    batch_normalization_forward.primitive_desc pd =
        primitives.made(
            () ->
                new batch_normalization_forward.primitive_desc(
                    wanted, primitives.plainAttributes, primitives.cpu));
    Kernel kernel = primitives.kernel("batch-norm", pd, () -> new batch_normalization_forward(pd));
    long channels = source.shape[1];
    primitives.layout(kernel, SOURCE, pd.src_desc(), source.shape);
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), source.shape);
    primitives.layout(kernel, MEAN, pd.mean_desc(), channels);
    primitives.layout(kernel, VARIANCE, pd.variance_desc(), channels);
    if (form.scaled) {
      primitives.layout(kernel, WEIGHTS, pd.weights_desc(), 2, channels);
    }
    primitives.workspace(kernel, pd.workspace_desc(), source.shape);
    return kernel;
  }

  /** The gradients of source, scale and shift. */
  public Kernel backward(Layout source, Form form, Kernel forward) {
    batch_normalization_backward.desc wanted =
        primitives.made(
            () ->
                new batch_normalization_backward.desc(
                    (form.scaled ? prop_kind.backward : prop_kind.backward_data).value,
                    source.form,
                    source.form,
                    (float) form.epsilon,
                    form.flags()));
    batch_normalization_backward.primitive_desc pd =
        primitives.made(
            () ->
                new batch_normalization_backward.primitive_desc(
                    wanted,
                    primitives.plainAttributes,
                    primitives.cpu,
                    (batch_normalization_forward.primitive_desc) forward.descriptor));
    Kernel kernel =
        primitives.kernel("batch-norm-back", pd, () -> new batch_normalization_backward(pd));
    primitives.layout(kernel, SOURCE, source.form, source.shape);
    kernel.layouts.put(MEAN, forward.layout(MEAN));
    kernel.layouts.put(VARIANCE, forward.layout(VARIANCE));
    primitives.layout(kernel, DESTINATION_GRADIENT, pd.diff_dst_desc(), source.shape);
    primitives.layout(kernel, SOURCE_GRADIENT, pd.diff_src_desc(), source.shape);
    if (form.scaled) {
      kernel.layouts.put(WEIGHTS, forward.layout(WEIGHTS));
      primitives.layout(kernel, WEIGHTS_GRADIENT, pd.diff_weights_desc(), 2, source.shape[1]);
    }
    if (forward.takes(WORKSPACE)) {
      kernel.layouts.put(WORKSPACE, forward.layout(WORKSPACE));
    }
    return kernel;
  }
}
