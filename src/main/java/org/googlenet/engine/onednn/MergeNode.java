package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Arguments;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;

/**
 * Concatenation by channel.
 *
 * <p>The ReLUs of its branches are undone together, on the whole.
 */
record MergeNode(String name, List<String> inputs) implements Node {

  /** The most channels that the library puts side by side in a blocked layout. */
  static final long LARGEST_BLOCK = 16;

  @Override
  public void forward(ForwardPass pass) {
    List<Value> branches = inputs.stream().map(pass::value).toList();
    if (branches.stream().map(branch -> branch.shape.length).distinct().count() > 1) {
      throw new UnsupportedNetwork(name, "a merge of vectors and what was a map");
    }
    List<Tensor> sources = branches.stream().map(branch -> branch.tensor).toList();
    Kernel kernel = pass.emit.copies.concatenation(sources.stream().map(Tensor::layout).toList());
    Tensor destination = pass.emit.tensor(name, kernel.layout(DESTINATION));
    Map<Integer, Tensor> operands = new HashMap<>();
    for (int i = 0; i < sources.size(); i++) {
      operands.put(Arguments.source(i), sources.get(i));
    }
    operands.put(DESTINATION, destination);
    pass.emit.add(kernel, operands);
    pass.keep(this, destination, kernel, null);
  }

  @Override
  public void backward(BackwardPass pass) {
    Value value = pass.value(this);
    Emitter emit = pass.emit;
    Tensor whole = emit.to(pass.gradient(value), value.tensor.layout());
    if (pass.endsInRelu(value)) {
      if (!value.activationUndone) {
        whole = pass.undo(Activation.RELU, value.tensor, whole);
      }
      inputs.forEach(input -> pass.value(input).activationUndone = true);
    }
    if (!canBeSliced(pass)) {
      whole = emit.to(whole, emit.primitives.plain(emit.type, value.shape));
    }
    long[] from = new long[value.shape.length];
    for (String input : inputs) {
      Value branch = pass.value(input);
      if (pass.isTrained(branch)) {
        Layout part = emit.primitives.slice(whole.layout(), branch.shape, from);
        Tensor result = emit.tensor(input + " gradient", branch.tensor.layout());
        emit.reorder(new Tensor(part, whole.buffer()), result);
        branch.gradients.add(result);
      }
      from[1] += branch.shape[1];
    }
  }

  /**
   * Whether every branch begins at the edge of a block of channels, whichever block size is chosen.
   */
  private boolean canBeSliced(BackwardPass pass) {
    return inputs.subList(0, inputs.size() - 1).stream()
        .allMatch(input -> pass.value(input).shape[1] % LARGEST_BLOCK == 0);
  }
}
