package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;

import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.DenseKernels;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.ValueType;
import org.googlenet.model.AverageWindows;

/**
 * An average pool whose windows are not alike, which the library's pools cannot be: a fully
 * connected layer of fixed weights over each map.
 *
 * <p>It computes in fp32 whatever the network's type is, since a ninth in bf16 is off by a
 * thousandth.
 */
record AverageWindowsNode(String name, String input, AverageWindows windows) implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public void forward(ForwardPass pass) {
    Emitter emit = pass.emit;
    Value x = pass.input(this);
    requireSide(x);
    Tensor source = emit.source(x, maps(emit, ValueType.F32, x, windows.side()));
    Kernel kernel =
        emit.dense.dense(shape(emit, x), ValueType.F32, Activation.IDENTITY, emit.training);
    Tensor weights = emit.tensor(name + " weights", kernel.layout(WEIGHTS));
    pass.program.constants.add(new Program.Constant(weights, windows.matrix()));
    Tensor rows = emit.tensor(name, kernel.layout(DESTINATION));
    emit.add(kernel, Map.of(SOURCE, rows(emit, source), WEIGHTS, weights, DESTINATION, rows));
    Tensor pooled = new Tensor(maps(emit, ValueType.F32, x, windows.windows()), rows.buffer());
    Tensor result = emit.to(pooled, maps(emit, emit.type, x, windows.windows()));
    pass.keep(this, result, kernel, null).weights = weights;
  }

  @Override
  public void backward(BackwardPass pass) {
    Emitter emit = pass.emit;
    Value value = pass.value(this);
    Value x = pass.input(this);
    if (!pass.isTrained(x)) {
      return;
    }
    Layout small = maps(emit, ValueType.F32, x, windows.windows());
    Layout large = maps(emit, ValueType.F32, x, windows.side());
    Tensor gradient = rows(emit, emit.to(pass.gradient(value), small));
    Kernel kernel = emit.dense.denseBackwardData(shape(emit, x), value.kernel);
    Tensor spread = pass.sourceGradient(this, kernel.layout(SOURCE_GRADIENT));
    emit.add(
        kernel,
        Map.of(DESTINATION_GRADIENT, gradient, WEIGHTS, value.weights, SOURCE_GRADIENT, spread));
    x.gradients.add(
        emit.to(new Tensor(large, spread.buffer()), maps(emit, emit.type, x, windows.side())));
  }

  private DenseKernels.Shape shape(Emitter emit, Value x) {
    Layout source = rows(emit, maps(emit, ValueType.F32, x, windows.side()));
    long results = (long) windows.windows() * windows.windows();
    return new DenseKernels.Shape(source, results, false, ValueType.F32);
  }

  private static Layout maps(Emitter emit, ValueType type, Value x, int side) {
    return emit.primitives.plain(type, x.shape[0], x.shape[1], side, side);
  }

  /** Each map as a row. */
  private static Layout rows(Emitter emit, Layout maps) {
    long[] shape = maps.shape();
    return emit.primitives.plain(ValueType.F32, shape[0] * shape[1], shape[2] * shape[3]);
  }

  private static Tensor rows(Emitter emit, Tensor maps) {
    return new Tensor(rows(emit, maps.layout()), maps.buffer(), maps.offset());
  }

  private void requireSide(Value x) {
    x.requireMaps(name);
    if (x.shape[2] != windows.side() || x.shape[3] != windows.side()) {
      throw new IllegalArgumentException(
          "vertex %s: its windows are those of maps of side %s, but it is given maps of %s x %s"
              .formatted(name, windows.side(), x.shape[2], x.shape[3]));
    }
  }
}
