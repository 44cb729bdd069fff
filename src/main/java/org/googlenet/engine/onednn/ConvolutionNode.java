package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Algorithm;
import org.googlenet.engine.onednn.kernel.ConvolutionShape;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.ValueType;

/**
 * A convolution, with an activation in its own kernel.
 *
 * <p>The gradient of a tensor that several 1x1 convolutions read is not added up in separate
 * passes: each convolution adds to what is there.
 */
record ConvolutionNode(
    String name, String input, Filters filters, WindowRule window, Activation activation)
    implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public Optional<Node> with(Activation function) {
    return activation.equals(Activation.IDENTITY)
        ? Optional.of(new ConvolutionNode(name, input, filters, window, function))
        : Optional.empty();
  }

  @Override
  public boolean hasParameters() {
    return true;
  }

  @Override
  public void forward(ForwardPass pass) {
    Emitter emit = pass.emit;
    Value x = pass.input(this);
    x.requireChannels(name, filters.in());
    ConvolutionShape shape = shape(x);
    filters.forward(
        pass,
        this,
        emit.convolutions.convolution(shape, emit.type, algorithm(emit, shape), activation));
  }

  @Override
  public void backward(BackwardPass pass) {
    Value value = pass.value(this);
    Value x = pass.input(this);
    Tensor gradient = pass.undoOwnActivation(value, pass.gradient(value));
    if (pass.isTrained(x)) {
      if (window.on(x).isOneByOne() && !filters.isGrouped()) {
        x.accumulating.add(
            sum -> pass.emit.within(name(), () -> addToSource(pass, value, gradient, sum)));
      } else {
        x.gradients.add(sourceGradient(pass, value, gradient));
      }
    }
    if (!pass.isFrozen(this)) {
      filters.parameterGradients(pass, this, weightsKernel(pass.emit, x, value), gradient);
    }
  }

  private Tensor sourceGradient(BackwardPass pass, Value value, Tensor gradient) {
    Emitter emit = pass.emit;
    ConvolutionShape shape = shape(pass.input(this));
    Kernel kernel =
        emit.convolutions.convolutionBackwardData(
            shape, emit.type, algorithm(emit, shape), value.kernel);
    return filters.sourceGradient(pass, this, kernel, gradient);
  }

  /**
   * The gradient of a 1x1 convolution's source, added to the sum of the other parts.
   *
   * @param sum of the parts so far; null if this is the first
   */
  private Tensor addToSource(BackwardPass pass, Value value, Tensor gradient, Tensor sum) {
    Emitter emit = pass.emit;
    long in = filters.in();
    Kernel kernel =
        emit.convolutions.transposedConvolution(value.shape, in, emit.type, sum != null);
    if (sum != null && !kernel.layout(DESTINATION).sameAs(sum.layout())) {
      return pass.sum(List.of(sum, addToSource(pass, value, gradient, null)));
    }
    Tensor result = sum != null ? sum : pass.sourceGradient(this, kernel.layout(DESTINATION));
    // [out, in, 1, 1] in memory, read as [in, out, 1, 1].
    Layout transposed =
        emit.primitives.strided(
            ValueType.F32, new long[] {in, value.shape[1], 1, 1}, new long[] {1, in, 1, 1});
    emit.add(
        kernel,
        Map.of(
            SOURCE,
            emit.to(gradient, kernel.layout(SOURCE)),
            WEIGHTS,
            emit.weights(kernel, Emitter.flat(pass.parameters, transposed, filters.weights())),
            DESTINATION,
            result));
    return result;
  }

  /**
   * The library's own rule takes the direct algorithm for some shapes here, although Winograd's is
   * twice as fast; so where it takes Winograd's in the forward pass, it is used here too.
   */
  private Kernel weightsKernel(Emitter emit, Value x, Value value) {
    Algorithm algorithm =
        value.kernel.implementation().contains("wino") ? Algorithm.WINOGRAD : Algorithm.DIRECT;
    return emit.convolutions.convolutionBackwardWeights(
        shape(x), emit.type, algorithm, value.kernel);
  }

  Algorithm algorithm(Emitter emit, ConvolutionShape shape) {
    return filters.isGrouped() ? Algorithm.DIRECT : emit.algorithm(shape.window());
  }

  private ConvolutionShape shape(Value x) {
    return filters.over(x, window.on(x));
  }
}
