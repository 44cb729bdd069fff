package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Normalisation;

/** Local response normalisation across channels. */
record LrnNode(String name, String input, Normalisation normalisation) implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  /** The zeros that a batch is padded with would be divided by zero. */
  @Override
  public boolean mixesExamples() {
    return normalisation.k() == 0;
  }

  @Override
  public void forward(ForwardPass pass) {
    Value x = pass.input(this);
    x.requireMaps(name);
    pass.withWorkspace(
        this,
        pass.emit.normalisations.normalisation(
            x.tensor.layout(), normalisation, pass.emit.training));
  }

  @Override
  public void backward(BackwardPass pass) {
    Value value = pass.value(this);
    Value x = pass.input(this);
    Tensor gradient = pass.gradient(value);
    Kernel kernel =
        pass.emit.normalisations.normalisationBackward(
            x.tensor.layout(), normalisation, value.kernel);
    Map<Integer, Tensor> operands = new HashMap<>();
    operands.put(SOURCE, x.tensor);
    operands.put(DESTINATION_GRADIENT, pass.emit.to(gradient, value.tensor.layout()));
    pass.withWorkspace(value, kernel, operands);
  }
}
