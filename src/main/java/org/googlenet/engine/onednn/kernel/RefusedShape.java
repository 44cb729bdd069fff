package org.googlenet.engine.onednn.kernel;

/** There is no code for a shape; the message is oneDNN's own, or says what does not fit. */
public final class RefusedShape extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public RefusedShape(String what) {
    super(what);
  }

  RefusedShape(RuntimeException byBinding) {
    super(byBinding.getMessage(), byBinding);
  }
}
