package org.googlenet.engine.onednn;

import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.kernel.Arguments;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;

/**
 * A kernel and the tensors that it reads and writes.
 *
 * @param operands by the kernel's argument numbers
 * @param node name of the node that it is a part of
 */
record Operation(Kernel kernel, Map<Integer, Tensor> operands, String node) {

  /** Values in a layout that begin {@code offset} bytes into a buffer. */
  record Tensor(Layout layout, Buffer buffer, long offset) {

    Tensor(Layout layout, Buffer buffer) {
      this(layout, buffer, 0);
    }
  }

  /** Name of the tensor that it writes, or of the first one. */
  String result() {
    for (int argument :
        List.of(Arguments.WEIGHTS_GRADIENT, Arguments.SOURCE_GRADIENT, Arguments.DESTINATION)) {
      if (operands.containsKey(argument)) {
        return operands.get(argument).buffer().name();
      }
    }
    throw new IllegalStateException(kernel.kind() + " writes nothing");
  }
}
