package org.googlenet.engine.onednn.kernel;

import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.stream;

/** A kernel with memory, which can be run any number of times. */
public final class Call {

  private final primitive code;
  private final stream queue;
  private final IntMemoryMap arguments;

  Call(primitive code, stream queue, IntMemoryMap arguments) {
    this.code = code;
    this.queue = queue;
    this.arguments = arguments;
  }

  /** Runs it and waits for its end. */
  public void run() {
    code.execute(queue, arguments);
  }
}
