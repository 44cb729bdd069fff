package org.googlenet.weights;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** A file of weights cannot be read, or its tensors do not fit the network. */
public final class WeightsProblem extends Problem {

  private static final long serialVersionUID = 1L;

  public WeightsProblem(String message) {
    super(printable(message));
  }

  public WeightsProblem(String message, Throwable cause) {
    super(printable(message), cause);
  }

  /** 2: usage, recipe or environment. */
  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
