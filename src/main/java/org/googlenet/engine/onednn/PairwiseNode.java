package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_0;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_1;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Pairwise;

/**
 * The sum, difference, product or maximum of two results of one shape, with an activation in the
 * same kernel.
 */
record PairwiseNode(
    String name, String one, String other, Pairwise operation, Activation activation)
    implements Node {

  private static final Activation NEGATIVE = Activation.linear(-1, 0);

  @Override
  public List<String> inputs() {
    return List.of(one, other);
  }

  @Override
  public Optional<Node> with(Activation function) {
    return activation.equals(Activation.IDENTITY)
        ? Optional.of(new PairwiseNode(name, one, other, operation, function))
        : Optional.empty();
  }

  @Override
  public void forward(ForwardPass pass) {
    Value x = pass.value(one);
    Value y = pass.value(other);
    if (!Arrays.equals(x.shape, y.shape)) {
      throw new UnsupportedNetwork(
          name,
          "%s of shapes %s and %s"
              .formatted(operation, Arrays.toString(x.shape), Arrays.toString(y.shape)));
    }
    pass.keep(
        this,
        combined(
            pass.emit, operation, x.tensor, pass.emit.source(y, x.tensor.layout()), activation),
        null,
        null);
  }

  @Override
  public void backward(BackwardPass pass) {
    Value value = pass.value(this);
    Value x = pass.value(one);
    Value y = pass.value(other);
    Tensor gradient = pass.undoOwnActivation(value, pass.gradient(value));
    switch (operation) {
      case SUM -> pass.share(gradient, Stream.of(x, y).filter(pass::isTrained).toList());
      case DIFFERENCE -> {
        pass.share(gradient, Stream.of(x).filter(pass::isTrained).toList());
        if (pass.isTrained(y)) {
          y.gradients.add(pass.undo(NEGATIVE, gradient, gradient));
        }
      }
      case PRODUCT -> {
        Tensor same = pass.emit.to(gradient, x.tensor.layout());
        if (pass.isTrained(x)) {
          x.gradients.add(product(pass.emit, same, pass.emit.source(y, same.layout())));
        }
        if (pass.isTrained(y)) {
          y.gradients.add(product(pass.emit, same, x.tensor));
        }
      }
      case MAXIMUM -> {
        // Where both are the same, the gradient is the first one's.
        Tensor same = pass.emit.to(gradient, x.tensor.layout());
        Tensor larger =
            combined(pass.emit, Pairwise.AT_LEAST, x.tensor, pass.emit.source(y, same.layout()));
        Tensor first = product(pass.emit, same, larger);
        pass.share(first, List.of(x));
        y.gradients.add(combined(pass.emit, Pairwise.DIFFERENCE, same, first));
      }
      default -> throw new IllegalStateException(name + ": " + operation);
    }
  }

  private Tensor product(Emitter emit, Tensor x, Tensor y) {
    return combined(emit, Pairwise.PRODUCT, x, y);
  }

  private Tensor combined(Emitter emit, Pairwise what, Tensor x, Tensor y, Activation... more) {
    Kernel kernel = emit.elementwise.pairwise(what, x.layout(), y.layout(), more);
    Tensor result = emit.tensor(name, kernel.layout(DESTINATION));
    emit.add(kernel, Map.of(SOURCE_0, x, SOURCE_1, y, DESTINATION, result));
    return result;
  }
}
