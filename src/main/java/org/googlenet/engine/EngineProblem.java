package org.googlenet.engine;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** The requested engine is not available on this machine. */
public final class EngineProblem extends Problem {

  private static final long serialVersionUID = 1L;

  /**
   * What is refused.
   *
   * @param message names it, the reason and the remedy, in one line
   */
  public EngineProblem(String message) {
    super(printable(message));
  }

  /** 2: usage, recipe or environment. */
  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
