package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
   * @param inputs shapes of the inputs by name, {@code n, c, h, w} or {@code n, values}
   * @param type of activations and of the kernels' copies of the weights
   * @param winograd whether 3x3 convolutions may use Winograd's algorithm
   * @param heads how many of the outputs, from the first on
   * @param kept vertices whose results the caller reads
   */
  record Options(
      Map<String, long[]> inputs,
      ValueType type,
      boolean winograd,
      boolean training,
      int heads,
      List<String> kept) {}

  private PlanCompiler() {}

  /**
   * Compiles the nodes that the heads need.
   *
   * <p>It goes on behind a node that is refused, so that all of them are named at once.
   *
   * @param parameters the flat vector in DL4J's order, fp32
   * @param gradients where the flat gradient goes, summed over the batch; null if not training
   * @throws UnsupportedNetwork if there are nodes that cannot be compiled
   */
  static Program compile(
      Network network,
      Options options,
      Primitives primitives,
      Buffer parameters,
      Buffer gradients) {
    Program program = new Program();
    List<Node> nodes = network.nodesOf(options.heads);
    if (!options.training) {
      nodes = FoldedConvolutionNode.fold(nodes, options.kept);
    }
    Emitter emit = new Emitter(primitives, options, program, program.forward);
    ForwardPass forward = new ForwardPass(emit, options.inputs, parameters, program);
    List<UnsupportedNetwork> refusals = new ArrayList<>();
    for (Node node : nodes) {
      if (refusals.isEmpty() || forward.values().keySet().containsAll(node.inputs())) {
        attempt(node, () -> forward.node(node), refusals);
      }
    }
    requireNone(refusals);
    for (String name : options.kept) {
      Value value = forward.values().get(name);
      if (value == null) {
        throw new IllegalArgumentException(
            "vertex %s: the heads do not need it, so it cannot be kept".formatted(name));
      }
      emit.begin(name);
      program.kept.put(name, emit.to(value.tensor, primitives.plain(ValueType.F32, value.shape)));
    }
    program.heads.sort(Comparator.comparing(head -> network.heads().indexOf(head.name())));
    if (options.training) {
      BackwardPass backward =
          new BackwardPass(
              new Emitter(primitives, options, program, program.backward),
              parameters,
              gradients,
              program,
              forward.values(),
              network.frozen());
      List<Node> trained = backward.trained(nodes);
      for (int i = trained.size() - 1; i >= 0; i--) {
        Node node = trained.get(i);
        attempt(node, () -> backward.node(node), refusals);
        requireNone(refusals);
      }
    }
    return program;
  }

  /** If the library refuses a shape, the error names the node. */
  private static void attempt(Node node, Runnable emission, List<UnsupportedNetwork> refusals) {
    try {
      emission.run();
    } catch (RefusedShape e) {
      refusals.add(new UnsupportedNetwork(node.name(), "its shape (" + e.getMessage() + ")", e));
    } catch (UnsupportedNetwork e) {
      refusals.add(e);
    }
  }

  private static void requireNone(List<UnsupportedNetwork> refusals) {
    if (!refusals.isEmpty()) {
      throw UnsupportedNetwork.of(refusals);
    }
  }
}
