package org.googlenet.training;

import java.util.List;
import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/**
 * A run cannot go on as asked: what it was trained with so far differs from what is asked for now.
 */
public final class ResumeProblem extends Problem {

  private static final long serialVersionUID = 1L;

  ResumeProblem(String run, List<String> differences) {
    this(run, differences, "");
  }

  private ResumeProblem(String run, List<String> differences, String orElse) {
    super(
        "%s: cannot go on: %s; use the same%s, or another --run, or begin anew with train --restart"
            .formatted(run, String.join("; ", differences), orElse));
  }

  /** Only the length differs, and the learning rate depends on it. */
  static ResumeProblem length(String run, List<String> differences) {
    return new ResumeProblem(run, differences, ", or --extend to change the length on the way");
  }

  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
