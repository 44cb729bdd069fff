package org.googlenet.engine.onednn;

import java.util.List;

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

  /** Whether its own kernel applies ReLU to its result. */
  default boolean relu() {
    return false;
  }
}
