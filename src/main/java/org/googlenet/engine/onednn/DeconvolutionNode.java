package org.googlenet.engine.onednn;

import java.util.List;
import java.util.Optional;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.ConvolutionShape;
import org.googlenet.engine.onednn.kernel.Kernel;

/**
 * A deconvolution, with an activation in its own kernel.
 *
 * @param window which moves over the result
 */
record DeconvolutionNode(
    String name, String input, Filters filters, WindowRule window, Activation activation)
    implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public Optional<Node> with(Activation function) {
    return activation.equals(Activation.IDENTITY)
        ? Optional.of(new DeconvolutionNode(name, input, filters, window, function))
        : Optional.empty();
  }

  @Override
  public void forward(ForwardPass pass) {
    Value x = pass.input(this);
    x.requireChannels(name, filters.in());
    filters.forward(
        pass, this, pass.emit.deconvolutions.deconvolution(shape(x), pass.emit.type, activation));
  }

  @Override
  public void backward(BackwardPass pass) {
    Emitter emit = pass.emit;
    Value value = pass.value(this);
    Value x = pass.input(this);
    Tensor gradient = pass.undoOwnActivation(value, pass.gradient(value));
    if (pass.isTrained(x)) {
      Kernel kernel =
          emit.deconvolutions.deconvolutionBackwardData(shape(x), emit.type, value.kernel);
      x.gradients.add(filters.sourceGradient(pass, this, kernel, gradient));
    }
    Kernel kernel =
        emit.deconvolutions.deconvolutionBackwardWeights(shape(x), emit.type, value.kernel);
    filters.parameterGradients(pass, this, kernel, gradient);
  }

  private ConvolutionShape shape(Value x) {
    return filters.over(x, window.on(x));
  }
}
