package org.googlenet.profile;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** What a recipe asks for cannot be profiled. */
public final class ProfileProblem extends Problem {

  private static final long serialVersionUID = 1L;

  ProfileProblem(String message) {
    super(printable(message));
  }

  /** 2: usage, recipe or environment. */
  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
