package org.googlenet.engine.onednn;

import java.util.List;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Layout;

/** An input of the network: images {@code [n, c, h, w]} or vectors {@code [n, values]}, in fp32. */
record InputNode(String name) implements Node {

  @Override
  public List<String> inputs() {
    return List.of();
  }

  @Override
  public void forward(ForwardPass pass) {
    Tensor given = pass.given(name);
    Layout typed = pass.emit.primitives.plain(pass.emit.type, given.layout().shape());
    pass.keep(this, pass.emit.to(given, typed), null, null);
  }

  /** What the network is given does not get a gradient. */
  @Override
  public void backward(BackwardPass pass) {}
}
