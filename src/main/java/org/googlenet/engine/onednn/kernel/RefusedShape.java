package org.googlenet.engine.onednn.kernel;

/** oneDNN does not have code for a shape; the message is the library's own. */
public final class RefusedShape extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RefusedShape(RuntimeException byBinding) {
    super(byBinding.getMessage(), byBinding);
  }
}
