package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.List;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Layout;

/**
 * The same values, in the order n, c, h, w, in another shape.
 *
 * @param to dimensions of an example: {@code c, h, w}, or none for a vector
 */
record ReshapeNode(String name, String input, List<Long> to) implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public void forward(ForwardPass pass) {
    Emitter emit = pass.emit;
    Value x = pass.input(this);
    Tensor plain = emit.source(x, emit.primitives.plain(emit.type, x.shape));
    Layout shaped = emit.primitives.plain(emit.type, shape(x));
    Tensor result = new Tensor(shaped, plain.buffer(), plain.offset());
    if (x.node instanceof InputNode) {
      pass.keep(this, new Value(x.node, result, null, null));
    } else {
      pass.keep(this, result, null, null);
    }
  }

  @Override
  public void backward(BackwardPass pass) {
    Value value = pass.value(this);
    Value x = pass.input(this);
    if (!(x.node instanceof InputNode)) {
      Emitter emit = pass.emit;
      Layout shaped = emit.primitives.plain(emit.type, value.shape);
      Tensor gradient = emit.to(pass.gradient(value), shaped);
      Layout before = emit.primitives.plain(emit.type, x.shape);
      x.gradients.add(new Tensor(before, gradient.buffer(), gradient.offset()));
    }
  }

  /** The same number of values in the shape asked for. */
  private long[] shape(Value x) {
    if (!to.isEmpty()) {
      x.requireValues(name, to.stream().reduce(1L, (a, b) -> a * b));
    }
    List<Long> shape = new ArrayList<>(List.of(x.shape[0]));
    shape.addAll(to.isEmpty() ? List.of(x.values()) : to);
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
