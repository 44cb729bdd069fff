package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_0;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_1;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.ConvolutionShape;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.Pairwise;
import org.googlenet.engine.onednn.kernel.ValueType;

/**
 * A deconvolution, and behind it its bias and activation in a kernel of their own: the library's
 * kernel for both is the gradient of a convolution, to which it adds them value by value, slowly.
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
    Kernel kernel = pass.emit.deconvolutions.deconvolution(shape(x), pass.emit.type);
    filters.forward(pass, this, kernel);
    Tensor result = pass.value(name).tensor;
    if (filters.bias().isPresent()) {
      addBias(pass, result);
    } else if (!activation.equals(Activation.IDENTITY)) {
      Kernel function = pass.emit.elementwise.activation(result.layout(), activation);
      pass.emit.add(function, Map.of(SOURCE, result, DESTINATION, result));
    }
  }

  private void addBias(ForwardPass pass, Tensor result) {
    long[] channels = {1, result.layout().shape()[1], 1, 1};
    Layout layout = pass.emit.primitives.plain(ValueType.F32, channels);
    Tensor bias = Emitter.flat(pass.parameters, layout, filters.bias().getAsLong());
    Kernel kernel =
        pass.emit.elementwise.pairwise(Pairwise.SUM, result.layout(), layout, activation);
    pass.emit.add(kernel, Map.of(SOURCE_0, result, SOURCE_1, bias, DESTINATION, result));
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
