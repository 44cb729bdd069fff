package org.googlenet.ml;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** A param or a column of a DataFrame is missing, or cannot be used as it is. */
public final class StageProblem extends Problem {

  private static final long serialVersionUID = 1L;

  public StageProblem(String message) {
    super(printable(message));
  }

  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
