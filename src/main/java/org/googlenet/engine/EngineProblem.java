package org.googlenet.engine;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** The requested engine is not available on this machine. */
public final class EngineProblem extends Problem {

  private static final long serialVersionUID = 1L;

  EngineProblem(String message) {
    super(message);
  }

  /** 2: usage, recipe or environment. */
  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
