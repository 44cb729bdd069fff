package org.googlenet.common;

/**
 * A name has no implementation, more than one, or one that cannot be loaded; the program ends with
 * code 2.
 */
public final class LookUpProblem extends Problem {

  private static final long serialVersionUID = 1L;

  LookUpProblem(String message) {
    super(printable(message));
  }

  LookUpProblem(String message, Throwable cause) {
    super(printable(message), cause);
  }

  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
