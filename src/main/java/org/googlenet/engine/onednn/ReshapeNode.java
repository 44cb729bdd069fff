package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.List;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Layout;

/**
 * The same values in another shape.
 *
 * @param to dimensions of an example: {@code c, h, w}, or none for a vector
 * @param channelsLast whether the vector has the values of maps in the order h, w, c
 */
record ReshapeNode(String name, String input, List<Long> to, boolean channelsLast)
    implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public void forward(ForwardPass pass) {
    Emitter emit = pass.emit;
    Value x = pass.input(this);
    Tensor plain = emit.source(x, before(emit, x));
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
      x.gradients.add(new Tensor(before(emit, x), gradient.buffer(), gradient.offset()));
    }
  }

  private Layout before(Emitter emit, Value x) {
    if (!channelsLast || x.shape.length != 4) {
      return emit.primitives.plain(emit.type, x.shape);
    }
    long channels = x.shape[1];
    long row = x.shape[3] * channels;
    return emit.primitives.strided(
        emit.type, x.shape, new long[] {x.shape[2] * row, 1, row, channels});
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
