package org.googlenet.engine.onednn.kernel;

import java.lang.ref.Reference;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.stream;

/** A kernel with memory, which can be run any number of times. */
public final class Call {

  private final Primitives owner;
  private final primitive code;
  private final stream queue;
  private final IntMemoryMap arguments;

  Call(Primitives owner, primitive code, stream queue, IntMemoryMap arguments) {
    this.owner = owner;
    this.code = code;
    this.queue = queue;
    this.arguments = arguments;
  }

  /**
   * Runs it and waits for its end.
   *
   * @throws IllegalStateException if the {@link Primitives} that made it are closed
   */
  public void run() {
    owner.requireOpen();
    try {
      code.execute(queue, arguments);
    } finally {
      Reference.reachabilityFence(owner);
    }
  }
}
