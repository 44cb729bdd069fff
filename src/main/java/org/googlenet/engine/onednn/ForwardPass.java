package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.Primitives.BIAS;
import static org.googlenet.engine.onednn.Primitives.DESTINATION;
import static org.googlenet.engine.onednn.Primitives.SOURCE;
import static org.googlenet.engine.onednn.Primitives.SOURCE_0;
import static org.googlenet.engine.onednn.Primitives.SOURCE_1;
import static org.googlenet.engine.onednn.Primitives.WEIGHTS;
import static org.googlenet.engine.onednn.Primitives.WORKSPACE;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.Primitives.Kernel;
import org.googlenet.engine.onednn.Primitives.Pooling;
import org.googlenet.engine.onednn.Primitives.ValueType;
import org.googlenet.engine.onednn.Primitives.Window;

/** Emits the forward pass of a network's nodes, in their order. */
final class ForwardPass implements Node.Visitor {

  private final Emitter emit;
  private final Primitives primitives;
  private final ValueType type;
  private final boolean training;
  private final long[] images;
  private final Buffer parameters;
  private final Program program;
  private final Map<String, Value> values = new HashMap<>();

  /**
   * @param images {@code n, c, h, w} of the network's input
   * @param parameters the flat vector in DL4J's order, fp32
   */
  ForwardPass(Emitter emit, long[] images, Buffer parameters, Program program) {
    this.emit = emit;
    this.primitives = emit.primitives;
    this.type = emit.type;
    this.training = emit.training;
    this.images = images;
    this.parameters = parameters;
    this.program = program;
  }

  /** Results by node. */
  Map<String, Value> values() {
    return values;
  }

  /** Emits a node whose inputs have been emitted. */
  void node(Node node) {
    node.inputs().forEach(input -> values.get(input).readers++);
    node.accept(this);
  }

  @Override
  public void input(Node.Input node) {
    program.images = emit.tensor("images", primitives.plain(ValueType.F32, images));
    Tensor typed = emit.to(program.images, primitives.plain(type, images));
    keep(node, typed, null, null);
  }

  @Override
  public void convolution(Node.Convolution node) {
    Value x = input(node);
    Kernel kernel =
        primitives.convolution(
            primitives.any(type, x.shape),
            node.out(),
            node.window(),
            type,
            emit.algorithm(node.window()),
            node.relu());
    Tensor destination = emit.tensor(node.name(), kernel.layout(DESTINATION));
    emit.add(
        kernel,
        Map.of(
            SOURCE,
            emit.source(x, kernel.layout(SOURCE)),
            WEIGHTS,
            emit.weights(kernel, emit.weights(parameters, node, x.shape)),
            BIAS,
            Emitter.flat(parameters, kernel.layout(BIAS), node.parameters().bias()),
            DESTINATION,
            destination));
    keep(node, destination, kernel, null);
  }

  @Override
  public void pool(Node.Pool node) {
    pool(node, node.window(), node.pooling());
  }

  @Override
  public void globalPool(Node.GlobalPool node) {
    pool(node, Emitter.whole(input(node).shape), node.pooling());
  }

  private void pool(Node node, Window window, Pooling pooling) {
    withWorkspace(
        node, primitives.pool(input(node).tensor.layout(), window, pooling, type, training));
  }

  @Override
  public void lrn(Node.Lrn node) {
    withWorkspace(
        node,
        primitives.normalisation(input(node).tensor.layout(), node.normalisation(), training));
  }

  private void withWorkspace(Node node, Kernel kernel) {
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

  @Override
  public void merge(Node.Merge node) {
    if (node.inputs().stream().map(name -> values.get(name).shape.length).distinct().count() > 1) {
      throw new UnsupportedNetwork(node.name(), "a merge of vectors and what was a map");
    }
    List<Tensor> sources = node.inputs().stream().map(name -> values.get(name).tensor).toList();
    Kernel kernel = primitives.concatenation(sources.stream().map(Tensor::layout).toList());
    Tensor destination = emit.tensor(node.name(), kernel.layout(DESTINATION));
    Map<Integer, Tensor> operands = new HashMap<>();
    for (int i = 0; i < sources.size(); i++) {
      operands.put(Primitives.source(i), sources.get(i));
    }
    operands.put(DESTINATION, destination);
    emit.add(kernel, operands);
    keep(node, destination, kernel, null);
  }

  @Override
  public void dropout(Node.Dropout node) {
    Value x = input(node);
    if (!training) {
      values.put(node.name(), x);
      return;
    }
    long count = Arrays.stream(x.shape).reduce(1, (a, b) -> a * b);
    Tensor given = emit.tensor(node.name() + " mask", primitives.plain(ValueType.F32, x.shape));
    program.masks.add(new Program.Mask(node.name(), count, node.keep(), given));
    Tensor mask = emit.to(given, primitives.retyped(x.tensor.layout(), ValueType.F32));
    Kernel kernel = primitives.product(x.tensor.layout(), mask.layout());
    Tensor destination = emit.tensor(node.name(), kernel.layout(DESTINATION));
    emit.add(kernel, Map.of(SOURCE_0, x.tensor, SOURCE_1, mask, DESTINATION, destination));
    keep(node, destination, kernel, mask);
  }

  @Override
  public void dense(Node.Dense node) {
    dense(node, node.out(), type, node.relu(), node.parameters());
  }

  @Override
  public void output(Node.Output node) {
    dense(node, node.out(), ValueType.F32, false, node.parameters());
    Tensor logits = values.get(node.name()).tensor;
    Tensor gradient = training ? emit.tensor(node.name() + " gradient", logits.layout()) : null;
    program.heads.add(new Program.Head(node.name(), node.out(), node.weight(), logits, gradient));
  }

  private void dense(Node node, long out, ValueType result, boolean relu, Node.Parameters own) {
    Tensor source = flattened(emit, input(node));
    Kernel kernel = primitives.dense(source.layout(), out, type, result, relu, training);
    Tensor weights = emit.weights(kernel, emit.weights(parameters, own, source, out));
    Tensor destination = emit.tensor(node.name(), kernel.layout(DESTINATION));
    emit.add(
        kernel,
        Map.of(
            SOURCE,
            source,
            WEIGHTS,
            weights,
            BIAS,
            Emitter.flat(parameters, kernel.layout(BIAS), own.bias()),
            DESTINATION,
            destination));
    keep(node, destination, kernel, null).weights = weights;
  }

  /**
   * What a fully connected layer reads: {@code [n, c * h * w]}, one value after the other, so that
   * its weights need not be reordered.
   */
  static Tensor flattened(Emitter emit, Value x) {
    Tensor plain = emit.source(x, emit.primitives.plain(emit.type, x.shape));
    long values = Arrays.stream(x.shape).skip(1).reduce(1, (a, b) -> a * b);
    return new Tensor(emit.primitives.plain(emit.type, x.shape[0], values), plain.buffer());
  }

  private Value input(Node node) {
    return values.get(node.inputs().get(0));
  }

  private Value keep(Node node, Tensor result, Kernel kernel, Tensor workspace) {
    Value value = new Value(node, result, kernel, workspace);
    values.put(node.name(), value);
    return value;
  }
}
