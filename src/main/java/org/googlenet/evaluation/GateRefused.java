package org.googlenet.evaluation;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** The gate said no: the challenger is not to be promoted (exit code 6). */
public final class GateRefused extends Problem {

  private static final long serialVersionUID = 1L;

  /**
   * @param challenger path or URI of the model
   * @param reason the gate's
   */
  public GateRefused(String challenger, String reason) {
    super(
        printable(
            challenger
                + ": the gate says no: "
                + reason
                + "; train another one, or promote this one by hand with 'googlenet promote'"));
  }

  @Override
  public int exitCode() {
    return ExitCode.GATE;
  }
}
