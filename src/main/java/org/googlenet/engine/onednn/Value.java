package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.List;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.Primitives.Kernel;

/** A node's result, how it came about, and what is known of its gradient. */
final class Value {

  final Node node;
  final long[] shape;
  final Tensor tensor;

  /** What made it; null for the images. */
  final Kernel kernel;

  /** What that kernel keeps for the backward pass: a workspace, or a dropout's factors. */
  final Tensor workspace;

  /** The same values in layouts that some kernels want. */
  final List<Tensor> reordered = new ArrayList<>();

  /** Weights in the layout of the kernel, if it has any and they serve the backward pass too. */
  Tensor weights;

  /** How many nodes read it. */
  int readers;

  /** Parts of its gradient that are computed. */
  final List<Tensor> gradients = new ArrayList<>();

  /** Parts of its gradient that are added when all the others are computed. */
  final List<Accumulating> accumulating = new ArrayList<>();

  /** Whether its gradient has gone through its ReLU already. */
  boolean reluUndone;

  /** What a 1x1 convolution adds to the gradient of its source. */
  record Accumulating(Tensor destinationGradient, Value destination) {}

  Value(Node node, Tensor tensor, Kernel kernel, Tensor workspace) {
    this.node = node;
    this.shape = tensor.layout().shape();
    this.tensor = tensor;
    this.kernel = kernel;
    this.workspace = workspace;
  }
}
