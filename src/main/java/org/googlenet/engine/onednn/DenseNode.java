package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.BIAS;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.ValueType;

/** A fully connected layer with bias, with an activation in its own kernel. */
record DenseNode(String name, String input, long out, Activation activation, Parameters parameters)
    implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public Optional<Node> with(Activation function) {
    return activation.equals(Activation.IDENTITY)
        ? Optional.of(new DenseNode(name, input, out, function, parameters))
        : Optional.empty();
  }

  @Override
  public void forward(ForwardPass pass) {
    forward(pass, this, pass.emit.type);
  }

  @Override
  public void backward(BackwardPass pass) {
    Value value = pass.value(this);
    backward(pass, this, pass.undoOwnActivation(value, pass.gradient(value)));
  }

  /**
   * Emits the forward pass of a layer.
   *
   * @param node what the result is kept as
   * @param result type of the result
   */
  void forward(ForwardPass pass, Node node, ValueType result) {
    Emitter emit = pass.emit;
    Tensor source = flattened(emit, pass.input(node));
    Kernel kernel =
        emit.dense.dense(source.layout(), out, emit.type, result, activation, emit.training);
    Tensor weights = emit.weights(kernel, weights(emit, pass.parameters, source));
    Tensor destination = emit.tensor(name, kernel.layout(DESTINATION));
    emit.add(
        kernel,
        Map.of(
            SOURCE,
            source,
            WEIGHTS,
            weights,
            BIAS,
            Emitter.flat(pass.parameters, kernel.layout(BIAS), parameters.bias()),
            DESTINATION,
            destination));
    pass.keep(node, destination, kernel, null).weights = weights;
  }

  /**
   * Emits the backward pass of a layer.
   *
   * @param node what the result was kept as
   * @param gradient in front of its activation
   */
  void backward(BackwardPass pass, Node node, Tensor gradient) {
    Emitter emit = pass.emit;
    Value value = pass.value(node);
    Value x = pass.input(node);
    Tensor source = flattened(emit, x);
    if (!(x.node instanceof InputNode)) {
      Kernel kernel = emit.dense.denseBackwardData(source.layout(), out, emit.type, value.kernel);
      Tensor result = pass.sourceGradient(node, kernel.layout(SOURCE_GRADIENT));
      emit.add(
          kernel,
          Map.of(DESTINATION_GRADIENT, gradient, WEIGHTS, value.weights, SOURCE_GRADIENT, result));
      x.gradients.add(new Tensor(emit.primitives.plain(emit.type, x.shape), result.buffer()));
    }
    Kernel kernel = emit.dense.denseBackwardWeights(source.layout(), out, emit.type, value.kernel);
    pass.parameterGradients(
        node, kernel, source, gradient, weights(emit, pass.gradients, source), parameters.bias());
  }

  /**
   * What a fully connected layer reads: {@code [n, c * h * w]}, one value after the other, so that
   * its weights need not be reordered.
   */
  private static Tensor flattened(Emitter emit, Value x) {
    Tensor plain = emit.source(x, emit.primitives.plain(emit.type, x.shape));
    long values = Arrays.stream(x.shape).skip(1).reduce(1, (a, b) -> a * b);
    return new Tensor(emit.primitives.plain(emit.type, x.shape[0], values), plain.buffer());
  }

  /** The weights' place in the flat parameters or gradient. */
  private Tensor weights(Emitter emit, Buffer vector, Tensor source) {
    long in = source.layout().shape()[1];
    Layout plain = emit.primitives.plain(ValueType.F32, out, in);
    return Emitter.flat(vector, plain, parameters.weights());
  }
}
