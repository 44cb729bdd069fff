package org.googlenet.training;

import java.util.List;
import org.googlenet.config.Problem;

/** A run cannot go on as asked: what it was trained with so far is not what is asked for now. */
public final class ResumeProblem extends Problem {

  private static final long serialVersionUID = 1L;

  ResumeProblem(String run, List<String> differences) {
    super(
        "%s: cannot go on: %s; use the same, or another --run, or begin anew with --restart"
            .formatted(run, String.join("; ", differences)));
  }

  @Override
  public int exitCode() {
    return 2;
  }
}
