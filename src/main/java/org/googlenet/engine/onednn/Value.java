package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Kernel;

/** A node's result: how it was computed, and what is known of its gradient so far. */
final class Value {

  final Node node;
  final long[] shape;
  final Tensor tensor;

  /** The kernel that computed it; null for the images. */
  final Kernel kernel;

  /** What that kernel keeps for the backward pass: a workspace, or a dropout's factors. */
  final Tensor workspace;

  /** The same values in layouts that other kernels need. */
  final List<Tensor> reordered = new ArrayList<>();

  /** The weights in the kernel's layout, if there are any that the backward pass can use too. */
  Tensor weights;

  /** The mean and variance that a batch normalisation took. */
  List<Tensor> statistics = List.of();

  /** Number of nodes that read it. */
  int readers;

  /** The parts of its gradient that have been computed. */
  final List<Tensor> gradients = new ArrayList<>();

  /** Each adds a part of its gradient to the sum of the others, which is null if there are none. */
  final List<UnaryOperator<Tensor>> accumulating = new ArrayList<>();

  /** Whether its gradient has already passed through its activation. */
  boolean activationUndone;

  Value(Node node, Tensor tensor, Kernel kernel, Tensor workspace) {
    this.node = node;
    this.shape = tensor.layout().shape();
    this.tensor = tensor;
    this.kernel = kernel;
    this.workspace = workspace;
  }
}
