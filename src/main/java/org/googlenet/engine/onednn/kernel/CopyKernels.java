package org.googlenet.engine.onednn.kernel;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.source;

import java.util.List;
import org.bytedeco.dnnl.concat;
import org.bytedeco.dnnl.reorder;

/** What moves values: into another layout, and side by side. */
public final class CopyKernels {

  private final Primitives primitives;

  public CopyKernels(Primitives primitives) {
    this.primitives = primitives.open();
  }

  /** Tensors concatenated along the channels. */
  public Kernel concatenation(List<Layout> sources) {
    long[] shape = sources.get(0).shape();
    shape[1] = sources.stream().mapToLong(source -> source.shape[1]).sum();
    concat.primitive_desc pd =
        primitives.made(
            () ->
                new concat.primitive_desc(
                    1, primitives.array(sources), primitives.cpu, primitives.plainAttributes));
    Kernel kernel = primitives.kernel("concatenation", pd, () -> new concat(pd));
    for (int i = 0; i < sources.size(); i++) {
      kernel.layouts.put(source(i), sources.get(i));
    }
    primitives.layout(kernel, DESTINATION, pd.dst_desc(), shape);
    return kernel;
  }

  /** A copy into another layout or type. */
  public Kernel reorder(Layout from, Layout to) {
    reorder.primitive_desc pd =
        primitives.made(
            () ->
                new reorder.primitive_desc(
                    primitives.cpu,
                    from.form,
                    primitives.cpu,
                    to.form,
                    primitives.plainAttributes,
                    false));
    Kernel kernel = primitives.kernel("reorder", pd, () -> new reorder(pd));
    kernel.layouts.put(SOURCE, from);
    kernel.layouts.put(DESTINATION, to);
    return kernel;
  }
}
