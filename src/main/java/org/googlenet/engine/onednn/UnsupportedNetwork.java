package org.googlenet.engine.onednn;

import org.googlenet.engine.onednn.kernel.RefusedShape;

/** The network has a part that the engine cannot compile; the message names it. */
public final class UnsupportedNetwork extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnsupportedNetwork(String vertex, String what) {
    this(vertex, what, null);
  }

  UnsupportedNetwork(String vertex, String what, RefusedShape cause) {
    super("vertex %s: %s is not known to engine onednn".formatted(vertex, what), cause);
  }

  /** The network does not say how large its images are. */
  public static UnsupportedNetwork withoutImageInput() {
    return new UnsupportedNetwork("of the input", "a network without ImageInput");
  }
}
