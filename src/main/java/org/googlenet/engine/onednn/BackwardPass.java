package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.Primitives.BIAS_GRADIENT;
import static org.googlenet.engine.onednn.Primitives.DESTINATION;
import static org.googlenet.engine.onednn.Primitives.DESTINATION_GRADIENT;
import static org.googlenet.engine.onednn.Primitives.SOURCE;
import static org.googlenet.engine.onednn.Primitives.SOURCE_0;
import static org.googlenet.engine.onednn.Primitives.SOURCE_1;
import static org.googlenet.engine.onednn.Primitives.SOURCE_GRADIENT;
import static org.googlenet.engine.onednn.Primitives.WEIGHTS;
import static org.googlenet.engine.onednn.Primitives.WEIGHTS_GRADIENT;
import static org.googlenet.engine.onednn.Primitives.WORKSPACE;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.Primitives.Algorithm;
import org.googlenet.engine.onednn.Primitives.Kernel;
import org.googlenet.engine.onednn.Primitives.Layout;
import org.googlenet.engine.onednn.Primitives.Pooling;
import org.googlenet.engine.onednn.Primitives.ValueType;
import org.googlenet.engine.onednn.Primitives.Window;

/**
 * Emits the backward pass of a network's nodes, in reverse order.
 *
 * <p>What makes it fast, besides the convolutions themselves:
 *
 * <ul>
 *   <li>The gradient of a tensor that several 1x1 convolutions read is not added up in separate
 *       passes: each convolution adds to what is there ({@link Primitives#transposedConvolution}).
 *   <li>A ReLU in front of a max pool is undone behind the pool, on the smaller map: where the
 *       pool's result is 0, no gradient passes, and elsewhere the largest value is positive.
 *   <li>The ReLUs of a concatenation's branches are undone together, on the whole.
 * </ul>
 */
final class BackwardPass implements Node.Visitor {

  /** The most channels that the library puts side by side in a blocked layout. */
  private static final long LARGEST_BLOCK = 16;

  private final Emitter emit;
  private final Primitives primitives;
  private final ValueType type;
  private final Buffer parameters;
  private final Buffer gradients;
  private final Program program;
  private final Map<String, Value> values;

  /**
   * @param gradients where the flat gradient goes, summed over the batch
   * @param values results of the forward pass, by node
   */
  BackwardPass(
      Emitter emit,
      Buffer parameters,
      Buffer gradients,
      Program program,
      Map<String, Value> values) {
    this.emit = emit;
    this.primitives = emit.primitives;
    this.type = emit.type;
    this.parameters = parameters;
    this.gradients = gradients;
    this.program = program;
    this.values = values;
  }

  /** Emits a node, after all nodes that read it. */
  void node(Node node) {
    node.accept(this);
  }

  /** The images do not get a gradient. */
  @Override
  public void input(Node.Input node) {}

  @Override
  public void output(Node.Output node) {
    Tensor gradient = gradientOfLogits(node);
    Layout layout = primitives.retyped(gradient.layout(), type);
    dense(value(node), node.out(), node.parameters(), emit.to(gradient, layout));
  }

  @Override
  public void convolution(Node.Convolution node) {
    Value value = value(node);
    convolution(value, node, undoOwnRelu(value, gradient(value)));
  }

  @Override
  public void dense(Node.Dense node) {
    Value value = value(node);
    dense(value, node.out(), node.parameters(), undoOwnRelu(value, gradient(value)));
  }

  @Override
  public void pool(Node.Pool node) {
    Value value = value(node);
    pool(value, node.window(), node.pooling(), gradient(value));
  }

  @Override
  public void globalPool(Node.GlobalPool node) {
    Value value = value(node);
    pool(value, Emitter.whole(input(value).shape), node.pooling(), gradient(value));
  }

  @Override
  public void lrn(Node.Lrn node) {
    Value value = value(node);
    normalisation(value, node, gradient(value));
  }

  @Override
  public void merge(Node.Merge node) {
    Value value = value(node);
    merge(value, node, gradient(value));
  }

  @Override
  public void dropout(Node.Dropout node) {
    Value value = value(node);
    dropout(value, gradient(value));
  }

  private Tensor gradientOfLogits(Node.Output output) {
    return program.heads.stream()
        .filter(head -> head.name().equals(output.name()))
        .findFirst()
        .orElseThrow()
        .gradient();
  }

  /** The whole gradient of a value: first the computed parts, then those that add to it. */
  private Tensor gradient(Value value) {
    Tensor sum = value.gradients.isEmpty() ? null : sum(value.gradients);
    for (Value.Accumulating part : value.accumulating) {
      sum = transposedConvolution(value, part, sum);
    }
    return sum;
  }

  private Tensor sum(List<Tensor> parts) {
    Tensor first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    List<Tensor> same = parts.stream().map(part -> emit.to(part, first.layout())).toList();
    Kernel kernel = primitives.sum(same.stream().map(Tensor::layout).toList());
    Map<Integer, Tensor> operands = new HashMap<>();
    for (int i = 0; i < same.size(); i++) {
      operands.put(Primitives.source(i), same.get(i));
    }
    operands.put(DESTINATION, first);
    emit.add(kernel, operands);
    return first;
  }

  private Tensor transposedConvolution(Value x, Value.Accumulating part, Tensor sum) {
    Node.Convolution node = (Node.Convolution) part.destination().node;
    long in = x.shape[1];
    Kernel kernel =
        primitives.transposedConvolution(part.destination().shape, in, type, sum != null);
    if (sum != null && !kernel.layout(DESTINATION).sameAs(sum.layout())) {
      return sum(List.of(sum, transposedConvolution(x, part, null)));
    }
    Tensor result = sum != null ? sum : sourceGradient(node, kernel.layout(DESTINATION));
    // [out, in, 1, 1] in memory, read as [in, out, 1, 1].
    Layout transposed =
        primitives.strided(
            ValueType.F32, new long[] {in, node.out(), 1, 1}, new long[] {1, in, 1, 1});
    emit.add(
        kernel,
        Map.of(
            SOURCE,
            emit.to(part.destinationGradient(), kernel.layout(SOURCE)),
            WEIGHTS,
            emit.weights(kernel, Emitter.flat(parameters, transposed, node.parameters().weights())),
            DESTINATION,
            result));
    return result;
  }

  private Tensor undoOwnRelu(Value value, Tensor gradient) {
    return value.node.relu() && !value.reluUndone ? undoRelu(value.tensor, gradient) : gradient;
  }

  private Tensor undoRelu(Tensor result, Tensor gradient) {
    Tensor same = emit.to(gradient, result.layout());
    Kernel kernel = primitives.reluBackward(result.layout(), same.layout());
    emit.add(
        kernel, Map.of(DESTINATION, result, DESTINATION_GRADIENT, same, SOURCE_GRADIENT, same));
    return same;
  }

  private void convolution(Value value, Node.Convolution node, Tensor gradient) {
    Value x = input(value);
    if (!(x.node instanceof Node.Input)) {
      if (node.window().isOneByOne()) {
        x.accumulating.add(new Value.Accumulating(gradient, value));
      } else {
        x.gradients.add(convolutionSource(value, node, gradient));
      }
    }
    Kernel kernel = convolutionWeights(value, node);
    parameterGradients(
        node,
        kernel,
        emit.source(x, kernel.layout(SOURCE)),
        emit.to(gradient, kernel.layout(DESTINATION_GRADIENT)),
        emit.weights(gradients, node, x.shape),
        node.parameters().bias());
  }

  private Tensor convolutionSource(Value value, Node.Convolution node, Tensor gradient) {
    Value x = input(value);
    Kernel kernel =
        primitives.convolutionBackwardData(
            x.shape, node.out(), node.window(), type, emit.algorithm(node.window()), value.kernel);
    Tensor result = sourceGradient(node, kernel.layout(SOURCE_GRADIENT));
    emit.add(
        kernel,
        Map.of(
            DESTINATION_GRADIENT,
            emit.to(gradient, kernel.layout(DESTINATION_GRADIENT)),
            WEIGHTS,
            emit.weights(kernel, emit.weights(parameters, node, x.shape)),
            SOURCE_GRADIENT,
            result));
    return result;
  }

  /**
   * The library's own rule takes the direct algorithm for some shapes here, although Winograd's is
   * twice as fast; so where it takes Winograd's in the forward pass, it is used here too.
   */
  private Kernel convolutionWeights(Value value, Node.Convolution node) {
    Algorithm algorithm =
        value.kernel.implementation().contains("wino") ? Algorithm.WINOGRAD : Algorithm.DIRECT;
    return primitives.convolutionBackwardWeights(
        primitives.any(type, input(value).shape),
        node.out(),
        node.window(),
        type,
        algorithm,
        value.kernel);
  }

  private void dense(Value value, long out, Node.Parameters own, Tensor gradient) {
    Value x = input(value);
    Tensor source = ForwardPass.flattened(emit, x);
    if (!(x.node instanceof Node.Input)) {
      Kernel kernel = primitives.denseBackwardData(source.layout(), out, type, value.kernel);
      Tensor result = sourceGradient(value.node, kernel.layout(SOURCE_GRADIENT));
      emit.add(
          kernel,
          Map.of(DESTINATION_GRADIENT, gradient, WEIGHTS, value.weights, SOURCE_GRADIENT, result));
      x.gradients.add(new Tensor(primitives.plain(type, x.shape), result.buffer()));
    }
    Kernel kernel = primitives.denseBackwardWeights(source.layout(), out, type, value.kernel);
    parameterGradients(
        value.node,
        kernel,
        source,
        gradient,
        emit.weights(gradients, own, source, out),
        own.bias());
  }

  /** Runs a kernel for weights and bias; the flat gradient takes the weights in plain order. */
  private void parameterGradients(
      Node node, Kernel kernel, Tensor source, Tensor gradient, Tensor flatWeights, long bias) {
    Layout layout = kernel.layout(WEIGHTS_GRADIENT);
    boolean plain = layout.sameAs(flatWeights.layout());
    Tensor weights = plain ? flatWeights : emit.tensor(node.name() + " weights gradient", layout);
    emit.add(
        kernel,
        Map.of(
            SOURCE,
            source,
            DESTINATION_GRADIENT,
            gradient,
            WEIGHTS_GRADIENT,
            weights,
            BIAS_GRADIENT,
            Emitter.flat(gradients, kernel.layout(BIAS_GRADIENT), bias)));
    if (!plain) {
      emit.reorder(weights, flatWeights);
    }
  }

  private void pool(Value value, Window window, Pooling pooling, Tensor gradient) {
    Value x = input(value);
    Tensor behind = emit.to(gradient, value.tensor.layout());
    if (pooling == Pooling.MAX && x.readers == 1 && endsInRelu(x)) {
      behind = undoRelu(value.tensor, behind);
      x.reluUndone = true;
    }
    Kernel kernel = primitives.poolBackward(x.tensor.layout(), window, pooling, value.kernel);
    Map<Integer, Tensor> operands = new HashMap<>();
    operands.put(DESTINATION_GRADIENT, behind);
    withWorkspace(value, kernel, operands);
  }

  /** Whether the whole value went through ReLUs that no other node needs undone. */
  private boolean endsInRelu(Value value) {
    if (value.node instanceof Node.Merge merge) {
      return merge.inputs().stream()
          .map(values::get)
          .allMatch(branch -> branch.readers == 1 && branch.node.relu());
    }
    return value.node.relu();
  }

  private void normalisation(Value value, Node.Lrn node, Tensor gradient) {
    Value x = input(value);
    Kernel kernel =
        primitives.normalisationBackward(x.tensor.layout(), node.normalisation(), value.kernel);
    Map<Integer, Tensor> operands = new HashMap<>();
    operands.put(SOURCE, x.tensor);
    operands.put(DESTINATION_GRADIENT, emit.to(gradient, value.tensor.layout()));
    withWorkspace(value, kernel, operands);
  }

  private void withWorkspace(Value value, Kernel kernel, Map<Integer, Tensor> operands) {
    Tensor result = sourceGradient(value.node, kernel.layout(SOURCE_GRADIENT));
    operands.put(SOURCE_GRADIENT, result);
    if (kernel.takes(WORKSPACE)) {
      operands.put(WORKSPACE, value.workspace);
    }
    emit.add(kernel, operands);
    input(value).gradients.add(result);
  }

  private void merge(Value value, Node.Merge node, Tensor gradient) {
    Tensor whole = emit.to(gradient, value.tensor.layout());
    if (endsInRelu(value)) {
      if (!value.reluUndone) {
        whole = undoRelu(value.tensor, whole);
      }
      node.inputs().forEach(input -> values.get(input).reluUndone = true);
    }
    if (!canBeSliced(node)) {
      whole = emit.to(whole, primitives.plain(type, value.shape));
    }
    long[] from = new long[value.shape.length];
    for (String name : node.inputs()) {
      Value branch = values.get(name);
      Layout part = primitives.slice(whole.layout(), branch.shape, from);
      Tensor result = emit.tensor(name + " gradient", branch.tensor.layout());
      emit.reorder(new Tensor(part, whole.buffer()), result);
      branch.gradients.add(result);
      from[1] += branch.shape[1];
    }
  }

  /**
   * Whether every branch begins at the edge of a block of channels, whichever block size is chosen.
   */
  private boolean canBeSliced(Node.Merge node) {
    List<String> allButLast = node.inputs().subList(0, node.inputs().size() - 1);
    return allButLast.stream().allMatch(name -> values.get(name).shape[1] % LARGEST_BLOCK == 0);
  }

  private void dropout(Value value, Tensor gradient) {
    Value x = input(value);
    Tensor behind = emit.to(gradient, x.tensor.layout());
    Kernel kernel = primitives.product(behind.layout(), value.workspace.layout());
    emit.add(kernel, Map.of(SOURCE_0, behind, SOURCE_1, value.workspace, DESTINATION, behind));
    x.gradients.add(behind);
  }

  private Tensor sourceGradient(Node node, Layout layout) {
    return emit.tensor(node.name() + " source gradient", layout);
  }

  private Value value(Node node) {
    return values.get(node.name());
  }

  private Value input(Value value) {
    return values.get(value.node.inputs().get(0));
  }
}
