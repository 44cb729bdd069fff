package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.BIAS;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Algorithm;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.ValueType;
import org.googlenet.engine.onednn.kernel.Window;

/**
 * A convolution with bias, with an activation in its own kernel.
 *
 * <p>The gradient of a tensor that several 1x1 convolutions read is not added up in separate
 * passes: each convolution adds to what is there.
 */
record ConvolutionNode(
    String name,
    String input,
    long out,
    Window window,
    Activation activation,
    Parameters parameters)
    implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public Optional<Node> with(Activation function) {
    return activation.equals(Activation.IDENTITY)
        ? Optional.of(new ConvolutionNode(name, input, out, window, function, parameters))
        : Optional.empty();
  }

  @Override
  public void forward(ForwardPass pass) {
    Emitter emit = pass.emit;
    Value x = pass.input(this);
    Kernel kernel =
        emit.convolutions.convolution(
            emit.primitives.any(emit.type, x.shape),
            out,
            window,
            emit.type,
            emit.algorithm(window),
            activation);
    Tensor destination = emit.tensor(name, kernel.layout(DESTINATION));
    emit.add(
        kernel,
        Map.of(
            SOURCE,
            emit.source(x, kernel.layout(SOURCE)),
            WEIGHTS,
            emit.weights(kernel, weights(emit, pass.parameters, x)),
            BIAS,
            Emitter.flat(pass.parameters, kernel.layout(BIAS), parameters.bias()),
            DESTINATION,
            destination));
    pass.keep(this, destination, kernel, null);
  }

  @Override
  public void backward(BackwardPass pass) {
    Value value = pass.value(this);
    Value x = pass.input(this);
    Tensor gradient = pass.undoOwnActivation(value, pass.gradient(value));
    if (!(x.node instanceof InputNode)) {
      if (window.isOneByOne()) {
        x.accumulating.add(sum -> addToSource(pass, value, gradient, sum));
      } else {
        x.gradients.add(sourceGradient(pass, value, gradient));
      }
    }
    Kernel kernel = weightsKernel(pass.emit, x, value);
    pass.parameterGradients(
        this,
        kernel,
        pass.emit.source(x, kernel.layout(SOURCE)),
        pass.emit.to(gradient, kernel.layout(DESTINATION_GRADIENT)),
        weights(pass.emit, pass.gradients, x),
        parameters.bias());
  }

  private Tensor sourceGradient(BackwardPass pass, Value value, Tensor gradient) {
    Emitter emit = pass.emit;
    Value x = pass.input(this);
    Kernel kernel =
        emit.convolutions.convolutionBackwardData(
            x.shape, out, window, emit.type, emit.algorithm(window), value.kernel);
    Tensor result = pass.sourceGradient(this, kernel.layout(SOURCE_GRADIENT));
    emit.add(
        kernel,
        Map.of(
            DESTINATION_GRADIENT,
            emit.to(gradient, kernel.layout(DESTINATION_GRADIENT)),
            WEIGHTS,
            emit.weights(kernel, weights(emit, pass.parameters, x)),
            SOURCE_GRADIENT,
            result));
    return result;
  }

  /**
   * The gradient of a 1x1 convolution's source, added to the sum of the other parts.
   *
   * @param sum of the parts so far; null if this is the first
   */
  private Tensor addToSource(BackwardPass pass, Value value, Tensor gradient, Tensor sum) {
    Emitter emit = pass.emit;
    long in = pass.input(this).shape[1];
    Kernel kernel =
        emit.convolutions.transposedConvolution(value.shape, in, emit.type, sum != null);
    if (sum != null && !kernel.layout(DESTINATION).sameAs(sum.layout())) {
      return pass.sum(List.of(sum, addToSource(pass, value, gradient, null)));
    }
    Tensor result = sum != null ? sum : pass.sourceGradient(this, kernel.layout(DESTINATION));
    // [out, in, 1, 1] in memory, read as [in, out, 1, 1].
    Layout transposed =
        emit.primitives.strided(
            ValueType.F32, new long[] {in, out, 1, 1}, new long[] {1, in, 1, 1});
    emit.add(
        kernel,
        Map.of(
            SOURCE,
            emit.to(gradient, kernel.layout(SOURCE)),
            WEIGHTS,
            emit.weights(kernel, Emitter.flat(pass.parameters, transposed, parameters.weights())),
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
        emit.primitives.any(emit.type, x.shape), out, window, emit.type, algorithm, value.kernel);
  }

  /** The weights' place in the flat parameters or gradient. */
  private Tensor weights(Emitter emit, Buffer vector, Value x) {
    long[] kernel = window.kernel();
    Layout plain = emit.primitives.plain(ValueType.F32, out, x.shape[1], kernel[0], kernel[1]);
    return Emitter.flat(vector, plain, parameters.weights());
  }
}
