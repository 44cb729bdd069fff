package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.BIAS;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_0;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_1;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Algorithm;
import org.googlenet.engine.onednn.kernel.ConvolutionShape;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.Pairwise;
import org.googlenet.engine.onednn.kernel.ValueType;
import org.googlenet.engine.onednn.kernel.Window;

/**
 * A deconvolution, and behind it a convolution of each channel by 1 that adds bias and activation.
 *
 * <p>The library's deconvolution adds both, too, but value by value in code that is a hundred times
 * slower, and so is its sum of a map and a value for each channel.
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
  public boolean hasParameters() {
    return true;
  }

  @Override
  public void forward(ForwardPass pass) {
    Value x = pass.input(this);
    x.requireChannels(name, filters.in());
    Kernel kernel = pass.emit.deconvolutions.deconvolution(shape(x), pass.emit.type);
    Tensor spread = filters.result(pass, this, kernel);
    pass.keep(this, finished(pass, spread), kernel, null);
  }

  private Tensor finished(ForwardPass pass, Tensor spread) {
    if (filters.bias().isPresent()) {
      return biased(pass, spread, filters.bias().getAsLong());
    }
    if (!activation.equals(Activation.IDENTITY)) {
      Kernel kernel = pass.emit.elementwise.activation(spread.layout(), activation);
      pass.emit.add(kernel, Map.of(SOURCE, spread, DESTINATION, spread));
    }
    return spread;
  }

  private Tensor biased(ForwardPass pass, Tensor spread, long first) {
    Emitter emit = pass.emit;
    long out = filters.shape()[0];
    long[] weights = {out, 1, 1, 1, 1};
    ConvolutionShape once =
        new ConvolutionShape(spread.layout().shape(), weights, true, Window.whole(1, 1));
    Kernel kernel = emit.convolutions.convolution(once, emit.type, Algorithm.DIRECT, activation);
    Tensor destination = emit.tensor(name, kernel.layout(DESTINATION));
    Map<Integer, Tensor> operands = new HashMap<>();
    operands.put(SOURCE, emit.to(spread, kernel.layout(SOURCE)));
    operands.put(WEIGHTS, emit.to(ones(pass, weights, first), kernel.layout(WEIGHTS)));
    operands.put(BIAS, Emitter.flat(pass.parameters, kernel.layout(BIAS), first));
    operands.put(DESTINATION, destination);
    emit.add(kernel, operands);
    return destination;
  }

  /** A bias is at least what it is. */
  private Tensor ones(ForwardPass pass, long[] shape, long first) {
    Emitter emit = pass.emit;
    Layout layout = emit.primitives.plain(ValueType.F32, shape);
    Tensor bias = Emitter.flat(pass.parameters, layout, first);
    Kernel kernel = emit.elementwise.pairwise(Pairwise.AT_LEAST, layout, layout);
    Tensor ones = emit.tensor(name + " ones", layout);
    emit.add(kernel, Map.of(SOURCE_0, bias, SOURCE_1, bias, DESTINATION, ones));
    return ones;
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
    if (!pass.isFrozen(this)) {
      Kernel kernel =
          emit.deconvolutions.deconvolutionBackwardWeights(shape(x), emit.type, value.kernel);
      filters.parameterGradients(pass, this, kernel, gradient);
    }
  }

  private ConvolutionShape shape(Value x) {
    return filters.over(x, window.on(x));
  }
}
