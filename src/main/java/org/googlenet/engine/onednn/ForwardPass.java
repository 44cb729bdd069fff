package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;
import static org.googlenet.engine.onednn.kernel.Arguments.SOURCE;
import static org.googlenet.engine.onednn.kernel.Arguments.WORKSPACE;

import java.util.HashMap;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.ValueType;

/** Emits the forward pass of a network's nodes, in their order, and keeps their results. */
final class ForwardPass {

  final Emitter emit;

  /** The flat vector in DL4J's order, fp32. */
  final Buffer parameters;

  final Program program;
  private final Map<String, long[]> inputs;
  private final Map<String, Value> values = new HashMap<>();

  /**
   * @param inputs shapes of the network's inputs, {@code n, c, h, w} or {@code n, values}
   * @param parameters the flat vector in DL4J's order, fp32
   */
  ForwardPass(Emitter emit, Map<String, long[]> inputs, Buffer parameters, Program program) {
    this.emit = emit;
    this.inputs = inputs;
    this.parameters = parameters;
    this.program = program;
  }

  /** Results by node. */
  Map<String, Value> values() {
    return values;
  }

  /** Emits a node whose inputs have been emitted. */
  void node(Node node) {
    emit.begin(node.name());
    node.inputs().forEach(input -> values.get(input).readers++);
    node.forward(this);
  }

  /** Where the caller puts what an input is given. */
  Tensor given(String input) {
    Tensor given = emit.tensor(input, emit.primitives.plain(ValueType.F32, inputs.get(input)));
    program.inputs.put(input, given);
    return given;
  }

  /** Makes a node's result, plain and in fp32, the logits of an output. */
  void head(Node node, Tensor logits) {
    Tensor gradient =
        emit.training ? emit.tensor(node.name() + " gradient", logits.layout()) : null;
    program.heads.add(new Program.Head(node.name(), logits, gradient));
  }

  /** The result of a node. */
  Value value(String node) {
    return values.get(node);
  }

  /** The result of a node's first input. */
  Value input(Node node) {
    return value(node.inputs().get(0));
  }

  /** Emits a kernel that reads the node's input, and keeps its result and workspace. */
  void withWorkspace(Node node, Kernel kernel) {
    Tensor destination = emit.tensor(node.name(), kernel.layout(DESTINATION));
    Map<Integer, Tensor> operands = new HashMap<>();
    operands.put(SOURCE, input(node).tensor);
    operands.put(DESTINATION, destination);
    Tensor workspace = null;
    if (kernel.takes(WORKSPACE)) {
      workspace = emit.tensor(node.name() + " workspace", kernel.layout(WORKSPACE));
      operands.put(WORKSPACE, workspace);
    }
    emit.add(kernel, operands);
    keep(node, destination, kernel, workspace);
  }

  /** Keeps a node's result; see {@link Value}. */
  Value keep(Node node, Tensor result, Kernel kernel, Tensor workspace) {
    Value value = new Value(node, result, kernel, workspace);
    keep(node, value);
    return value;
  }

  /** Keeps another node's result as this node's, too. */
  void keep(Node node, Value value) {
    values.put(node.name(), value);
  }
}
