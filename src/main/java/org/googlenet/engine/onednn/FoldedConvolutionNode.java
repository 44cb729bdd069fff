package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.BIAS;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.ConvolutionShape;
import org.googlenet.engine.onednn.kernel.Kernel;

/**
 * A convolution and the batch normalisation behind it as one convolution, for a forward pass alone:
 * with running statistics, the normalisation is a factor and a shift of each channel.
 *
 * @param activation applied to the normalised result, in the same kernel
 */
record FoldedConvolutionNode(
    String name, ConvolutionNode convolution, BatchNormNode normalisation, Activation activation)
    implements Node {

  /**
   * Folds what can be folded: a normalisation that alone reads a convolution without activation,
   * and the activation that alone reads the normalisation.
   *
   * @param nodes of a forward pass without training
   * @param kept names of nodes whose results must stay
   */
  static List<Node> fold(List<Node> nodes, List<String> kept) {
    List<Node> folded = new ArrayList<>();
    for (Node node : nodes) {
      Node front = node.inputs().size() == 1 ? find(folded, node.inputs().get(0)) : null;
      Node both = null;
      if (front != null && !kept.contains(front.name()) && readers(nodes, front.name()) == 1) {
        both = folded(front, node);
      }
      if (both == null) {
        folded.add(node);
      } else {
        folded.set(folded.indexOf(front), both);
      }
    }
    return folded;
  }

  /** Both as one; null if they cannot be one. */
  private static Node folded(Node front, Node node) {
    if (front instanceof ConvolutionNode convolution
        && convolution.activation().equals(Activation.IDENTITY)
        && node instanceof BatchNormNode normalisation) {
      return new FoldedConvolutionNode(
          node.name(),
          convolution,
          normalisation,
          normalisation.relu() ? Activation.RELU : Activation.IDENTITY);
    }
    return front instanceof FoldedConvolutionNode whole
            && whole.activation.equals(Activation.IDENTITY)
            && node instanceof ActivationNode function
        ? new FoldedConvolutionNode(
            node.name(), whole.convolution, whole.normalisation, function.function())
        : null;
  }

  private static Node find(List<Node> nodes, String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElse(null);
  }

  private static long readers(List<Node> nodes, String name) {
    return nodes.stream().flatMap(node -> node.inputs().stream()).filter(name::equals).count();
  }

  @Override
  public List<String> inputs() {
    return convolution.inputs();
  }

  @Override
  public void forward(ForwardPass pass) {
    Emitter emit = pass.emit;
    Value x = pass.input(this);
    Filters filters = convolution.filters();
    x.requireChannels(convolution.name(), filters.in());
    ConvolutionShape shape =
        new ConvolutionShape(x.shape, filters.shape(), true, convolution.window().on(x));
    Kernel kernel =
        emit.convolutions.convolution(
            shape, emit.type, convolution.algorithm(emit, shape), activation);
    Tensor result = emit.tensor(name, kernel.layout(DESTINATION));
    FoldedFilters folded =
        FoldedFilters.of(emit, pass.parameters, filters, normalisation, kernel.layout(BIAS));
    pass.program.folded.add(folded);
    emit.add(
        kernel,
        Map.of(
            SOURCE,
            emit.source(x, kernel.layout(SOURCE)),
            WEIGHTS,
            emit.weights(kernel, folded.weights()),
            BIAS,
            folded.bias(),
            DESTINATION,
            result));
    pass.keep(this, result, kernel, null)
        .requireWidth(normalisation.name(), normalisation.places().channels());
  }

  /**
   * Is not emitted.
   *
   * @throws IllegalStateException always
   */
  @Override
  public void backward(BackwardPass pass) {
    throw new IllegalStateException(name + ": a folded convolution is not trained");
  }
}
