package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;

import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Kernel;

/** Maps with each value repeated over some rows and columns. */
record UpsamplingNode(String name, String input, long rows, long columns) implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public void forward(ForwardPass pass) {
    Value x = pass.input(this);
    x.requireMaps(name);
    long[] shape = {x.shape[0], x.shape[1], x.shape[2] * rows, x.shape[3] * columns};
    Kernel kernel = pass.emit.resamplings.forward(x.tensor.layout(), shape);
    Tensor result = pass.emit.tensor(name, kernel.layout(DESTINATION));
    pass.emit.add(kernel, Map.of(SOURCE, x.tensor, DESTINATION, result));
    pass.keep(this, result, kernel, null);
  }

  @Override
  public void backward(BackwardPass pass) {
    Value value = pass.value(this);
    Value x = pass.input(this);
    Kernel kernel = pass.emit.resamplings.backward(x.tensor.layout(), value.kernel);
    Tensor behind = pass.emit.to(pass.gradient(value), kernel.layout(DESTINATION_GRADIENT));
    Tensor result = pass.sourceGradient(this, kernel.layout(SOURCE_GRADIENT));
    pass.emit.add(kernel, Map.of(DESTINATION_GRADIENT, behind, SOURCE_GRADIENT, result));
    x.gradients.add(result);
  }
}
