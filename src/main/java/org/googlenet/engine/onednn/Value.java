package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
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

  /**
   * Refuses vectors where a vertex needs maps.
   *
   * @throws IllegalArgumentException if this is not {@code [n, c, h, w]}
   */
  void requireMaps(String vertex) {
    if (shape.length != 4) {
      throw new IllegalArgumentException(
          "vertex %s: it needs maps, but is given %s values an example; reshape them in front of it"
              .formatted(vertex, values()));
    }
  }

  /**
   * Refuses maps of another number of channels than a layer has weights for.
   *
   * @throws IllegalArgumentException if its number of channels is not the layer's
   */
  void requireChannels(String vertex, long nIn) {
    requireMaps(vertex);
    requireWidth(vertex, nIn);
  }

  /**
   * Refuses maps of another number of channels, or vectors of another length, than a layer has
   * parameters for.
   *
   * @throws IllegalArgumentException if it is another number
   */
  void requireWidth(String vertex, long nIn) {
    if (shape[1] != nIn) {
      throw new IllegalArgumentException(
          "vertex %s: its nIn is %s, but it is given %s"
              .formatted(
                  vertex,
                  nIn,
                  shape.length == 4
                      ? "%s channels (maps of %s x %s)".formatted(shape[1], shape[2], shape[3])
                      : shape[1] + " values"));
    }
  }

  /**
   * Refuses another number of values of an example than a layer has weights for.
   *
   * @throws IllegalArgumentException if its number of values is not the layer's
   */
  void requireValues(String vertex, long nIn) {
    if (values() != nIn) {
      throw new IllegalArgumentException(
          "vertex %s: its nIn is %s, but it is given %s values (%s); are the images as large as the network wants them?"
              .formatted(vertex, nIn, values(), dimensions()));
    }
  }

  /** Values of an example. */
  long values() {
    return Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
  }

  private String dimensions() {
    return Arrays.stream(shape).skip(1).mapToObj(Long::toString).collect(Collectors.joining(" x "));
  }
}
