package org.googlenet.report;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** A training's events could not be written. */
public final class ReportProblem extends Problem {

  private static final long serialVersionUID = 1L;

  /**
   * What a listener could not write.
   *
   * @param message names the place and the reason, in one line
   */
  public ReportProblem(String message, Throwable cause) {
    super(printable(message), cause);
  }

  @Override
  public int exitCode() {
    return ExitCode.UNAVAILABLE;
  }
}
