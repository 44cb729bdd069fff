package org.googlenet.engine.onednn;

import java.util.Comparator;
import java.util.List;
import org.googlenet.engine.onednn.kernel.Primitives;
import org.googlenet.engine.onednn.kernel.RefusedShape;
import org.googlenet.engine.onednn.kernel.ValueType;

/**
 * Compiles a network to the operations of its forward pass and, for training, its backward pass.
 */
final class PlanCompiler {

  /**
   * What decides on the operations, besides the network.
   *
   * @param images {@code n, c, h, w} of the input
   * @param type of activations and of the kernels' copies of the weights
   * @param winograd whether 3x3 convolutions may use Winograd's algorithm
   * @param heads how many of the outputs, from the first on
   * @param kept vertices whose results the caller reads
   */
  record Options(
      long[] images,
      ValueType type,
      boolean winograd,
      boolean training,
      int heads,
      List<String> kept) {}

  private PlanCompiler() {}

  /**
   * Compiles the nodes that the heads need.
   *
   * @param parameters the flat vector in DL4J's order, fp32
   * @param gradients where the flat gradient goes, summed over the batch; unused if not training
   */
  static Program compile(
      Network network,
      Options options,
      Primitives primitives,
      Buffer parameters,
      Buffer gradients) {
    Program program = new Program();
    List<Node> nodes = network.nodesOf(options.heads);
    Emitter emit = new Emitter(primitives, options, program, program.forward);
    ForwardPass forward = new ForwardPass(emit, options.images, parameters, program);
    for (Node node : nodes) {
      compile(node, () -> forward.node(node));
    }
    for (String name : options.kept) {
      Value value = forward.values().get(name);
      program.kept.put(name, emit.to(value.tensor, primitives.plain(ValueType.F32, value.shape)));
    }
    program.heads.sort(Comparator.comparing(head -> network.outputs().indexOf(head.name())));
    if (options.training) {
      BackwardPass backward =
          new BackwardPass(
              new Emitter(primitives, options, program, program.backward),
              parameters,
              gradients,
              program,
              forward.values());
      List<Node> trained = backward.trained(nodes);
      for (int i = trained.size() - 1; i >= 0; i--) {
        Node node = trained.get(i);
        compile(node, () -> backward.node(node));
      }
    }
    return program;
  }

  /** If the library refuses a shape, the error names the node. */
  private static void compile(Node node, Runnable emission) {
    try {
      emission.run();
    } catch (RefusedShape e) {
      throw new UnsupportedNetwork(node.name(), "its shape (" + e.getMessage() + ")", e);
    }
  }
}
