package org.googlenet.run;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** A run or checkpoint that cannot be used: absent, damaged, or not a checkpoint (exit code 2). */
public final class CheckpointProblem extends Problem {

  private static final long serialVersionUID = 1L;

  public CheckpointProblem(String message) {
    super(printable(message));
  }

  public CheckpointProblem(String message, Throwable cause) {
    super(printable(message), cause);
  }

  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
