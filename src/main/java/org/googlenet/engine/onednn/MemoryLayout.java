package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Arguments;

/** Finds from when to when a program needs each of its buffers, and so where each may lie. */
final class MemoryLayout {

  private MemoryLayout() {}

  /** Finds the lifetime of each buffer and gives it a place; returns the bytes of all. */
  static long layOut(Program program) {
    Set<Buffer> planned = new LinkedHashSet<>();
    int end = program.forward.size() + program.backward.size();
    int index = 0;
    for (Operation operation : program.weights) {
      use(operation, 0, planned);
      operation.operands().get(Arguments.DESTINATION).buffer().usedAt(end);
    }
    for (List<Operation> part : List.of(program.forward, program.backward)) {
      for (Operation operation : part) {
        use(operation, index++, planned);
      }
    }
    for (FoldedFilters filters : program.folded) {
      for (Tensor tensor : List.of(filters.weights(), filters.bias())) {
        use(tensor, 0, planned);
        use(tensor, end, planned);
      }
    }
    for (Program.Constant constant : program.constants) {
      use(constant.tensor(), 0, planned);
      use(constant.tensor(), end, planned);
    }
    program.inputs.values().forEach(given -> use(given, 0, planned));
    for (Program.Mask mask : program.masks) {
      use(mask.factors(), 0, planned);
    }
    for (Tensor tensor : program.kept.values()) {
      use(tensor, end, planned);
    }
    // Between the passes the caller reads the logits and writes their gradients.
    int turn = program.forward.size();
    for (Program.Head head : program.heads) {
      use(head.logits(), turn, planned);
      if (head.gradient() != null) {
        use(head.gradient(), turn - 1, planned);
        use(head.gradient(), turn, planned); // also where nothing in front of it is trained
      }
    }
    return ActivationMemory.place(new ArrayList<>(planned));
  }

  private static void use(Operation operation, int index, Set<Buffer> planned) {
    for (Tensor tensor : operation.operands().values()) {
      use(tensor, index, planned);
    }
  }

  private static void use(Tensor tensor, int index, Set<Buffer> planned) {
    if (tensor.buffer().isPlanned()) {
      tensor.buffer().usedAt(index);
      planned.add(tensor.buffer());
    }
  }
}
