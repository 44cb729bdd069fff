package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.BIAS_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WEIGHTS_GRADIENT;
import static org.googlenet.engine.onednn.kernel.Arguments.WORKSPACE;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Arguments;
import org.googlenet.engine.onednn.kernel.ElementwiseKernels;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;

/** Emits the backward pass of a network's nodes, in reverse order, and adds up their gradients. */
final class BackwardPass {

  final Emitter emit;

  /** The flat vector in DL4J's order, fp32. */
  final Buffer parameters;

  /** Where the flat gradient goes, summed over the batch. */
  final Buffer gradients;

  private final Program program;
  private final Map<String, Value> values;

  /** Nodes whose parameters stay as they are. */
  private final Set<String> frozen;

  /** Nodes whose results depend on parameters that are trained. */
  private final Set<String> moving = new HashSet<>();

  /** Gradients of more than one value, which no kernel may change. */
  private final Set<Buffer> shared = new HashSet<>();

  /**
   * @param gradients where the flat gradient goes, summed over the batch
   * @param values results of the forward pass, by node
   * @param frozen nodes whose parameters stay as they are
   */
  BackwardPass(
      Emitter emit,
      Buffer parameters,
      Buffer gradients,
      Program program,
      Map<String, Value> values,
      Set<String> frozen) {
    this.emit = emit;
    this.parameters = parameters;
    this.gradients = gradients;
    this.program = program;
    this.values = values;
    this.frozen = frozen;
  }

  /**
   * Which nodes' results depend on parameters that are trained; a gradient comes to no other. So
   * the pass ends behind what is frozen, unless something in front of that is trained.
   *
   * @param nodes in their order
   * @return these nodes, in their order
   */
  List<Node> trained(List<Node> nodes) {
    for (Node node : nodes) {
      if ((node.hasParameters() && !isFrozen(node))
          || node.inputs().stream().anyMatch(moving::contains)) {
        moving.add(node.name());
      }
    }
    return nodes.stream().filter(node -> moving.contains(node.name())).toList();
  }

  /** Whether a node's parameters stay as they are. */
  boolean isFrozen(Node node) {
    return frozen.contains(node.name());
  }

  /** Emits a node, after all nodes that read it. */
  void node(Node node) {
    emit.begin(node.name());
    node.backward(this);
  }

  /** The result of a node. */
  Value value(Node node) {
    return value(node.name());
  }

  /** The result of a node. */
  Value value(String node) {
    return values.get(node);
  }

  /** The result of a node's first input. */
  Value input(Node node) {
    return value(node.inputs().get(0));
  }

  /** Whether a value, or any in front of it, depends on what is trained. */
  boolean isTrained(Value value) {
    return moving.contains(value.node.name());
  }

  /** Has half log10 taken of ratios that the pass leaves in the flat gradient. */
  void takeHalfLogarithm(Tensor ratios) {
    program.ratios.add(ratios);
  }

  /** An output of the network. */
  Program.Head head(String name) {
    return program.heads.stream()
        .filter(head -> head.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The whole gradient of a value: first the computed parts, then those that add to it. */
  Tensor gradient(Value value) {
    Tensor sum = value.gradients.isEmpty() ? null : sum(value.gradients);
    if (!value.accumulating.isEmpty() && sum != null && shared.contains(sum.buffer())) {
      Tensor own = inPlaceOf(sum);
      emit.reorder(sum, own);
      sum = own;
    }
    for (UnaryOperator<Tensor> part : value.accumulating) {
      sum = part.apply(sum);
    }
    return sum;
  }

  /** The sum of parts of a gradient, in place of the first. */
  Tensor sum(List<Tensor> parts) {
    Tensor first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    List<Tensor> same = parts.stream().map(part -> emit.to(part, first.layout())).toList();
    Kernel kernel = emit.elementwise.sum(same.stream().map(Tensor::layout).toList());
    Map<Integer, Tensor> operands = new HashMap<>();
    for (int i = 0; i < same.size(); i++) {
      operands.put(Arguments.source(i), same.get(i));
    }
    Tensor result = inPlaceOf(first);
    operands.put(DESTINATION, result);
    emit.add(kernel, operands);
    return result;
  }

  /** Makes a tensor the gradient of several values; what is computed from it goes elsewhere. */
  void share(Tensor gradient, List<Value> values) {
    shared.add(gradient.buffer());
    values.forEach(value -> value.gradients.add(gradient));
  }

  /** Where a gradient is computed from another: in its place, unless others have that, too. */
  Tensor inPlaceOf(Tensor gradient) {
    return shared.contains(gradient.buffer())
        ? emit.tensor(gradient.buffer().name() + " changed", gradient.layout())
        : gradient;
  }

  /** The gradient in front of a node's own activation, if that is not undone yet. */
  Tensor undoOwnActivation(Value value, Tensor gradient) {
    Activation activation = value.node.activation();
    return activation.equals(Activation.IDENTITY) || value.activationUndone
        ? gradient
        : undo(activation, value.tensor, gradient);
  }

  /**
   * The gradient in front of an activation, from that behind it.
   *
   * @param known the activation's result if that is enough, its value elsewhere
   */
  Tensor undo(Activation activation, Tensor known, Tensor gradient) {
    Tensor same = emit.to(gradient, known.layout());
    Kernel kernel = emit.elementwise.activationBackward(activation, known.layout(), same.layout());
    Tensor result = inPlaceOf(same);
    emit.add(
        kernel,
        Map.of(
            ElementwiseKernels.known(activation),
            known,
            DESTINATION_GRADIENT,
            same,
            SOURCE_GRADIENT,
            result));
    return result;
  }

  /** Whether the whole value went through ReLUs that no other node needs undone. */
  boolean endsInRelu(Value value) {
    if (value.node instanceof MergeNode merge) {
      return merge.inputs().stream()
          .map(values::get)
          .allMatch(branch -> branch.readers == 1 && isRelu(branch.node));
    }
    return isRelu(value.node);
  }

  private static boolean isRelu(Node node) {
    return node.activation().equals(Activation.RELU);
  }

  /**
   * Runs a kernel for weights and bias.
   *
   * @param weights place of the weights in the flat gradient
   * @param bias place of the bias, if there is one
   */
  void parameterGradients(
      Node node, Kernel kernel, Tensor source, Tensor gradient, Tensor weights, OptionalLong bias) {
    Layout layout = kernel.layout(WEIGHTS_GRADIENT);
    boolean inPlace = layout.sameAs(weights.layout());
    Tensor result = inPlace ? weights : emit.tensor(node.name() + " weights gradient", layout);
    Map<Integer, Tensor> operands = new HashMap<>();
    operands.put(SOURCE, source);
    operands.put(DESTINATION_GRADIENT, gradient);
    operands.put(WEIGHTS_GRADIENT, result);
    bias.ifPresent(
        place ->
            operands.put(
                BIAS_GRADIENT, Emitter.flat(gradients, kernel.layout(BIAS_GRADIENT), place)));
    emit.add(kernel, operands);
    if (!inPlace) {
      emit.reorder(result, weights);
    }
  }

  /** Emits a kernel for the gradient of the value's input, with the forward kernel's workspace. */
  void withWorkspace(Value value, Kernel kernel, Map<Integer, Tensor> operands) {
    Tensor result = sourceGradient(value.node, kernel.layout(SOURCE_GRADIENT));
    operands.put(SOURCE_GRADIENT, result);
    if (kernel.takes(WORKSPACE)) {
      operands.put(WORKSPACE, value.workspace);
    }
    emit.add(kernel, operands);
    input(value.node).gradients.add(result);
  }

  /** A new buffer for the gradient of what a node reads. */
  Tensor sourceGradient(Node node, Layout layout) {
    return emit.tensor(node.name() + " source gradient", layout);
  }
}
