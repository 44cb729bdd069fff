package org.googlenet.engine.onednn;

import java.util.List;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.ValueType;

/**
 * A fully connected layer whose results are the logits of a weighted softmax cross entropy.
 *
 * @param weight of the loss
 */
record OutputNode(DenseNode layer, double weight) implements Node {

  @Override
  public String name() {
    return layer.name();
  }

  @Override
  public List<String> inputs() {
    return layer.inputs();
  }

  @Override
  public void forward(ForwardPass pass) {
    layer.forward(pass, this, ValueType.F32);
    Tensor logits = pass.value(name()).tensor;
    Tensor gradient =
        pass.emit.training ? pass.emit.tensor(name() + " gradient", logits.layout()) : null;
    pass.program.heads.add(new Program.Head(name(), layer.out(), weight, logits, gradient));
  }

  @Override
  public void backward(BackwardPass pass) {
    Tensor gradient = pass.head(name()).gradient();
    Layout typed = pass.emit.primitives.retyped(gradient.layout(), pass.emit.type);
    layer.backward(pass, this, pass.emit.to(gradient, typed));
  }
}
