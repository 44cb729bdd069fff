package org.googlenet.training;

import org.googlenet.config.Problem;

/** The loss is no longer a number: the round is thrown away and the training stops. */
public final class DivergedProblem extends Problem {

  private static final long serialVersionUID = 1L;

  DivergedProblem(String message) {
    super(message);
  }

  @Override
  public int exitCode() {
    return 5;
  }
}
