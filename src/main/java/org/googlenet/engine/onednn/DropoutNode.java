package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_0;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_1;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Pairwise;
import org.googlenet.engine.onednn.kernel.ValueType;

/** Dropout; {@code keep} is the probability to keep a value. */
record DropoutNode(String name, String input, double keep) implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public void forward(ForwardPass pass) {
    Emitter emit = pass.emit;
    Value x = pass.input(this);
    if (!emit.training) {
      pass.keep(this, x);
      return;
    }
    long count = Arrays.stream(x.shape).reduce(1, (a, b) -> a * b);
    Tensor given = emit.tensor(name + " mask", emit.primitives.plain(ValueType.F32, x.shape));
    pass.program.masks.add(new Program.Mask(name, count, keep, given));
    Tensor mask = emit.to(given, emit.primitives.retyped(x.tensor.layout(), ValueType.F32));
    Kernel kernel = emit.elementwise.pairwise(Pairwise.PRODUCT, x.tensor.layout(), mask.layout());
    Tensor destination = emit.tensor(name, kernel.layout(DESTINATION));
    emit.add(kernel, Map.of(SOURCE_0, x.tensor, SOURCE_1, mask, DESTINATION, destination));
    pass.keep(this, destination, kernel, mask);
  }

  @Override
  public void backward(BackwardPass pass) {
    Value value = pass.value(this);
    Value x = pass.input(this);
    Tensor behind = pass.emit.to(pass.gradient(value), x.tensor.layout());
    Kernel kernel =
        pass.emit.elementwise.pairwise(Pairwise.PRODUCT, behind.layout(), value.workspace.layout());
    Tensor result = pass.inPlaceOf(behind);
    pass.emit.add(kernel, Map.of(SOURCE_0, behind, SOURCE_1, value.workspace, DESTINATION, result));
    x.gradients.add(result);
  }
}
