package org.googlenet.prepare;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** An option of the making of a data set that cannot be; the program ends with 2. */
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
