package org.googlenet.engine.onednn;

import java.util.List;
import java.util.Optional;
import org.googlenet.engine.onednn.kernel.Activation;

/**
 * One operation of a network as a plan sees it: what it reads, where its parameters are, and what
 * it does in each pass.
 */
interface Node {

  /** The name of its vertex in the configuration. */
  String name();

  /** Names of the nodes that it reads. */
  List<String> inputs();

  /** Emits what computes its result, and keeps that in the pass. */
  void forward(ForwardPass pass);

  /**
   * Emits what computes the gradients of its inputs and parameters, after all nodes that read it
   * have added to the gradient of its own result.
   */
  void backward(BackwardPass pass);

  /**
   * What its own kernel applies to its result, and is undone from that ({@link
   * Activation#undoneFromResult}).
   */
  default Activation activation() {
    return Activation.IDENTITY;
  }

  /** The node that also applies an activation; empty if its kernel cannot, or has one already. */
  default Optional<Node> with(Activation function) {
    return Optional.empty();
  }

  /** Whether it has parameters in the flat vector. */
  default boolean hasParameters() {
    return false;
  }

  /** Whether the result for one example of a training step depends on the others. */
  default boolean mixesExamples() {
    return false;
  }
}
