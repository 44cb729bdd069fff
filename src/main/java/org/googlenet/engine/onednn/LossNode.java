package org.googlenet.engine.onednn;

import java.util.List;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.ValueType;

/** An output without parameters: what it reads, {@code [n, ...]}, are its logits. */
record LossNode(String name, String input) implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public void forward(ForwardPass pass) {
    Value x = pass.input(this);
    Layout plain = pass.emit.primitives.plain(ValueType.F32, x.shape);
    Tensor logits = pass.emit.to(x.tensor, plain);
    pass.keep(this, logits, null, null);
    pass.head(this, logits);
  }

  @Override
  public void backward(BackwardPass pass) {
    Value x = pass.input(this);
    x.gradients.add(pass.emit.to(pass.head(name).gradient(), x.tensor.layout()));
  }
}
