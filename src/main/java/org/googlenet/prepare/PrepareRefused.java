package org.googlenet.prepare;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** An option for making a data set is missing or not possible; the program ends with code 2. */
public final class PrepareRefused extends Problem {

  private static final long serialVersionUID = 1L;

  public PrepareRefused(String message) {
    super(message);
  }

  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
