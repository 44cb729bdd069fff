package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;

import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Kernel;

/** An activation by itself, behind a node whose own kernel cannot apply it. */
record ActivationNode(String name, String input, Activation function) implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public Activation activation() {
    return function.undoneFromResult() ? function : Activation.IDENTITY;
  }

  @Override
  public void forward(ForwardPass pass) {
    Tensor source = pass.input(this).tensor;
    Kernel kernel = pass.emit.elementwise.activation(source.layout(), function);
    Tensor result = pass.emit.tensor(name, kernel.layout(DESTINATION));
    pass.emit.add(kernel, Map.of(SOURCE, source, DESTINATION, result));
    pass.keep(this, result, kernel, null);
  }

  @Override
  public void backward(BackwardPass pass) {
    Value value = pass.value(this);
    Value x = pass.input(this);
    Tensor gradient = pass.undoOwnActivation(value, pass.gradient(value));
    x.gradients.add(
        function.undoneFromResult() ? gradient : pass.undo(function, x.tensor, gradient));
  }
}
