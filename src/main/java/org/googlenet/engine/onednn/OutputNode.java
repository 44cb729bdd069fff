package org.googlenet.engine.onednn;

import java.util.List;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.ValueType;

/** A fully connected layer whose results {@code [n, out]} are the logits of an output. */
record OutputNode(DenseNode layer) implements Node {

  @Override
  public String name() {
    return layer.name();
  }

  @Override
  public List<String> inputs() {
    return layer.inputs();
  }

  @Override
  public boolean hasParameters() {
    return true;
  }

  @Override
  public void forward(ForwardPass pass) {
    layer.forward(pass, this, ValueType.F32);
    pass.head(this, pass.value(name()).tensor);
  }

  @Override
  public void backward(BackwardPass pass) {
    Tensor gradient = pass.head(name()).gradient();
    Layout typed = pass.emit.primitives.retyped(gradient.layout(), pass.emit.type);
    layer.backward(pass, this, pass.emit.to(gradient, typed));
  }
}
