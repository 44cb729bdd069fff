package org.googlenet.common;

/** A name by which no implementation, or no single one, can be had; the program ends with 2. */
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
