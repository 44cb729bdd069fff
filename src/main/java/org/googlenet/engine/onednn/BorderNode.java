package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_0;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_1;

import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.Pairwise;

/** Maps with a border of zeros around them, or with their border cut off. */
record BorderNode(String name, String input, Border border, boolean cut) implements Node {

  /** Widths of a border. */
  record Border(long top, long bottom, long left, long right) {}

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public void forward(ForwardPass pass) {
    Value x = pass.input(this);
    x.requireMaps(name);
    long sign = cut ? -1 : 1;
    long[] shape = x.shape.clone();
    shape[2] += sign * (border.top + border.bottom);
    shape[3] += sign * (border.left + border.right);
    if (shape[2] < 1 || shape[3] < 1) {
      throw new UnsupportedNetwork(
          name, "cropping of maps of " + x.shape[2] + " x " + x.shape[3] + " by " + border);
    }
    pass.keep(this, placed(pass.emit, x.tensor, shape, name, cut), null, null);
  }

  @Override
  public void backward(BackwardPass pass) {
    Value value = pass.value(this);
    Value x = pass.input(this);
    x.gradients.add(
        placed(pass.emit, pass.gradient(value), x.shape, name + " source gradient", !cut));
  }

  /** A tensor's values in maps of another size: those inside the border, and otherwise 0. */
  private Tensor placed(Emitter emit, Tensor from, long[] shape, String what, boolean cutting) {
    Tensor values = sliceable(emit, from);
    Layout layout = emit.resamplings.like(values.layout(), shape);
    Tensor result = emit.tensor(what, layout);
    long[] place = {0, 0, border.top, border.left};
    if (cutting) {
      Layout inside = emit.primitives.slice(values.layout(), shape, place);
      emit.reorder(new Tensor(inside, values.buffer(), values.offset()), result);
    } else {
      clear(emit, result);
      Layout inside = emit.primitives.slice(layout, values.layout().shape(), place);
      emit.reorder(values, new Tensor(inside, result.buffer()));
    }
    return result;
  }

  /** The library cuts parts out of blocks of channels only if every block is full. */
  private static Tensor sliceable(Emitter emit, Tensor from) {
    long[] shape = from.layout().shape();
    return shape[1] % MergeNode.LARGEST_BLOCK == 0
        ? from
        : emit.to(from, emit.primitives.plain(emit.type, shape));
  }

  /** Nothing is less than itself, whatever the memory holds. */
  private static void clear(Emitter emit, Tensor tensor) {
    Layout flat = emit.primitives.flat(tensor.layout());
    Tensor all = new Tensor(flat, tensor.buffer());
    emit.add(
        emit.elementwise.pairwise(Pairwise.LESS, flat, flat),
        Map.of(SOURCE_0, all, SOURCE_1, all, DESTINATION, all));
  }
}
