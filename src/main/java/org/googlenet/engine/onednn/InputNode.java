package org.googlenet.engine.onednn;

import java.util.List;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Layout;

/** The images, {@code [n, c, h, w]} in fp32. */
record InputNode(String name) implements Node {

  @Override
  public List<String> inputs() {
    return List.of();
  }

  @Override
  public void forward(ForwardPass pass) {
    Tensor images = pass.images();
    Layout typed = pass.emit.primitives.plain(pass.emit.type, images.layout().shape());
    pass.keep(this, pass.emit.to(images, typed), null, null);
  }

  /** The images do not get a gradient. */
  @Override
  public void backward(BackwardPass pass) {}
}
