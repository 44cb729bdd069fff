package org.googlenet.report;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** A training's events could not be written. */
public final class ReportProblem extends Problem {

  private static final long serialVersionUID = 1L;

  ReportProblem(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public int exitCode() {
    return ExitCode.UNAVAILABLE;
  }
}
