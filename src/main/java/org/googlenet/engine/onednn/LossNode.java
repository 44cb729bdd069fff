package org.googlenet.engine.onednn;

import java.util.List;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.ValueType;

/**
 * An output without parameters: what it reads are its logits.
 *
 * @param byPixel whether they stay maps; otherwise they are {@code [n, values]}, as those behind a
 *     global pool, which are maps of one pixel
 */
record LossNode(String name, String input, boolean byPixel) implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public void forward(ForwardPass pass) {
    Value x = pass.input(this);
    Tensor plain = pass.emit.to(x.tensor, plain(pass.emit, x.shape));
    long[] shape = byPixel ? x.shape : new long[] {x.shape[0], x.values()};
    Tensor logits = new Tensor(plain(pass.emit, shape), plain.buffer(), plain.offset());
    pass.keep(this, logits, null, null);
    pass.head(this, logits);
  }

  @Override
  public void backward(BackwardPass pass) {
    Value x = pass.input(this);
    Tensor gradient = pass.head(name).gradient();
    Tensor plain = new Tensor(plain(pass.emit, x.shape), gradient.buffer(), gradient.offset());
    x.gradients.add(pass.emit.to(plain, x.tensor.layout()));
  }

  private static Layout plain(Emitter emit, long[] shape) {
    return emit.primitives.plain(ValueType.F32, shape);
  }
}
