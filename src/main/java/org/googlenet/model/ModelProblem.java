package org.googlenet.model;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** A network cannot be built, or a file does not hold one. */
public final class ModelProblem extends Problem {

  private static final long serialVersionUID = 1L;

  public ModelProblem(String message) {
    super(printable(message));
  }

  public ModelProblem(String message, Throwable cause) {
    super(printable(message), cause);
  }

  /** 2: usage, recipe or environment. */
  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
