package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.DenseKernels;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.ValueType;

/** A fully connected layer, with an activation in its own kernel. */
record DenseNode(String name, String input, Matrix matrix, Activation activation) implements Node {

  /**
   * A fully connected layer's weights and bias, and where DL4J's flat vector holds them.
   *
   * @param in values that it reads
   * @param out values of its result
   * @param weights place of the first of the weights, which lie in the order out, in
   * @param bias place of the first bias, if there is one
   */
  record Matrix(long in, long out, long weights, OptionalLong bias) {

    /** The weights within the flat parameters or gradient. */
    Tensor in(Emitter emit, Buffer vector) {
      Layout plain = emit.primitives.plain(ValueType.F32, out, in);
      return Emitter.flat(vector, plain, weights);
    }
  }

  /** Values of its result. */
  long out() {
    return matrix.out;
  }

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public Optional<Node> with(Activation function) {
    return activation.equals(Activation.IDENTITY)
        ? Optional.of(new DenseNode(name, input, matrix, function))
        : Optional.empty();
  }

  @Override
  public boolean hasParameters() {
    return true;
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
    Value x = pass.input(node);
    x.requireValues(name, matrix.in);
    Tensor source = flattened(emit, x);
    Kernel kernel = emit.dense.dense(shape(emit, source), result, activation, emit.training);
    Tensor weights = emit.weights(kernel, matrix.in(emit, pass.parameters));
    Tensor destination = emit.tensor(name, kernel.layout(DESTINATION));
    Map<Integer, Tensor> operands = new HashMap<>();
    operands.put(SOURCE, source);
    operands.put(WEIGHTS, weights);
    Emitter.bias(kernel, pass.parameters, matrix.bias, operands);
    operands.put(DESTINATION, destination);
    emit.add(kernel, operands);
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
    if (pass.isTrained(x)) {
      Kernel kernel = emit.dense.denseBackwardData(shape(emit, source), value.kernel);
      Tensor result = pass.sourceGradient(node, kernel.layout(SOURCE_GRADIENT));
      emit.add(
          kernel,
          Map.of(DESTINATION_GRADIENT, gradient, WEIGHTS, value.weights, SOURCE_GRADIENT, result));
      x.gradients.add(new Tensor(emit.primitives.plain(emit.type, x.shape), result.buffer()));
    }
    if (!pass.isFrozen(node)) {
      Kernel kernel = emit.dense.denseBackwardWeights(shape(emit, source), value.kernel);
      pass.parameterGradients(
          node, kernel, source, gradient, matrix.in(emit, pass.gradients), matrix.bias);
    }
  }

  /**
   * What a fully connected layer reads: {@code [n, c * h * w]}, one value after the other, so that
   * its weights need not be reordered.
   */
  private static Tensor flattened(Emitter emit, Value x) {
    Tensor plain = emit.source(x, emit.primitives.plain(emit.type, x.shape));
    return new Tensor(emit.primitives.plain(emit.type, x.shape[0], x.values()), plain.buffer());
  }

  private DenseKernels.Shape shape(Emitter emit, Tensor source) {
    return new DenseKernels.Shape(source.layout(), matrix.out, matrix.bias.isPresent(), emit.type);
  }
}
